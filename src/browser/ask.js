/*
 * ask - a small button in every personalised region: why am I seeing this?
 *
 * Stands where the layout says {{>why}}, whose form asks without a script. The
 * dialog itself is another file, CONFIG.why, loaded when somebody asks. Buttons
 * are out of the flow, in a corner of their region: nothing moves.
 */

const input = document.getElementById("tessera-why");
const REGION = "[data-personalized-region]";

/* Elements that cannot hold a button, or that are one. */
const CLOSED = "template,a,button,input,img,picture,video,table,tr,ul,ol,dl,select";

const sheet = new CSSStyleSheet();

sheet.replaceSync(`
	:where(.tessera-asked) { position: relative }
	:where(.tessera-ask) {
		position: absolute; inset-block-start: 2px; inset-inline-end: 2px;
		inline-size: 24px; block-size: 24px; padding: 0; z-index: 1;
		border: 1px solid; border-radius: 50%; cursor: pointer;
		background: Canvas; color: CanvasText; font: 700 14px/1 sans-serif
	}
	:where(.tessera-ask)::before { content: "?" }
	:where(.tessera-ask:focus-visible) { outline: 2px solid; outline-offset: 2px }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/* region: its name; nothing: all of the page. */
const open = async (region) => {
	const { show } = await import(CONFIG.why);

	show(input.value, region);
};

const mark = (element) => {
	const button = document.createElement("button");

	button.type = "button";
	button.className = "tessera-ask";
	button.title = input.dataset.ask;
	button.setAttribute("aria-label", input.dataset.ask);
	button.setAttribute("aria-haspopup", "dialog");
	/* The script counts clicks on such elements. */
	button.dataset.tWhy = "opened";
	button.onclick = () => open(element.dataset.personalizedRegion);
	if (getComputedStyle(element).position == "static")
		element.classList.add("tessera-asked");
	element.append(button);
};

/* The first element of each region that has no button yet, and is seen. */
const look = () => {
	for (const element of document.querySelectorAll(REGION)) {
		const before = element.previousElementSibling;

		if (!element.matches(CLOSED) &&
				element.offsetParent &&
				element.lastElementChild?.className != "tessera-ask" &&
				before?.dataset.personalizedRegion !=
					element.dataset.personalizedRegion)
			mark(element);
	}
};

/* The script's events tell which page was seen: its text, not a path. */
const data = document.getElementById("tessera");

if (data && input.value[0] != "/")
	data.dataset.why = input.value;
input.form?.addEventListener("submit", (event) => {
	event.preventDefault();
	open();
});
look();
/* The browser's variants come in place of others. */
new MutationObserver(look).observe(document.body,
	{ childList: true, subtree: true });
