/*
 * unicode - writes src/build/regex/regex_unicode_table.h: the properties of Unicode
 * that ECMAScript's \p knows, and the case pairs of its two kinds of /i.
 *
 * The data are asked of Node's own regular expressions, so that they agree with
 * what a browser does. Run: node tools/unicode.mjs > src/build/regex/regex_unicode_table.h
 *
 * A set is a text of numbers: the gaps between the places where membership
 * changes, beginning outside at 0. A number is written in base 32, its highest
 * digit first, from '0' up; every digit but the last has 32 added (so '0'..'o'
 * ends and 'P'..'o' goes on).
 */
const LAST = 0x10ffff;

const gc = `L=Letter LC=Cased_Letter Lu=Uppercase_Letter Ll=Lowercase_Letter
Lt=Titlecase_Letter Lm=Modifier_Letter Lo=Other_Letter M=Mark,Combining_Mark
Mn=Nonspacing_Mark Mc=Spacing_Mark Me=Enclosing_Mark N=Number
Nd=Decimal_Number,digit Nl=Letter_Number No=Other_Number P=Punctuation,punct
Pc=Connector_Punctuation Pd=Dash_Punctuation Ps=Open_Punctuation
Pe=Close_Punctuation Pi=Initial_Punctuation Pf=Final_Punctuation
Po=Other_Punctuation S=Symbol Sm=Math_Symbol Sc=Currency_Symbol
Sk=Modifier_Symbol So=Other_Symbol Z=Separator Zs=Space_Separator
Zl=Line_Separator Zp=Paragraph_Separator C=Other Cc=Control,cntrl Cf=Format
Cs=Surrogate Co=Private_Use Cn=Unassigned`;

const binary = `Any ASCII Assigned Alphabetic=Alpha ASCII_Hex_Digit=AHex
Bidi_Control=Bidi_C Bidi_Mirrored=Bidi_M Case_Ignorable=CI Cased
Changes_When_Casefolded=CWCF Changes_When_Casemapped=CWCM
Changes_When_Lowercased=CWL Changes_When_NFKC_Casefolded=CWKCF
Changes_When_Titlecased=CWT Changes_When_Uppercased=CWU Dash
Default_Ignorable_Code_Point=DI Deprecated=Dep Diacritic=Dia Emoji
Emoji_Component=EComp Emoji_Modifier=EMod Emoji_Modifier_Base=EBase
Emoji_Presentation=EPres Extended_Pictographic=ExtPict Extender=Ext
Grapheme_Base=Gr_Base Grapheme_Extend=Gr_Ext Hex_Digit=Hex ID_Continue=IDC
ID_Start=IDS IDS_Binary_Operator=IDSB IDS_Trinary_Operator=IDST
Ideographic=Ideo Join_Control=Join_C Logical_Order_Exception=LOE
Lowercase=Lower Math Noncharacter_Code_Point=NChar Pattern_Syntax=Pat_Syn
Pattern_White_Space=Pat_WS Quotation_Mark=QMark Radical
Regional_Indicator=RI Sentence_Terminal=STerm Soft_Dotted=SD
Terminal_Punctuation=Term Unified_Ideograph=UIdeo Uppercase=Upper
Variation_Selector=VS White_Space=space XID_Continue=XIDC XID_Start=XIDS`;

const scripts = `Adlm=Adlam Aghb=Caucasian_Albanian Ahom Arab=Arabic
Armi=Imperial_Aramaic Armn=Armenian Avst=Avestan Bali=Balinese Bamu=Bamum
Bass=Bassa_Vah Batk=Batak Beng=Bengali Bhks=Bhaiksuki Bopo=Bopomofo
Brah=Brahmi Brai=Braille Bugi=Buginese Buhd=Buhid Cakm=Chakma
Cans=Canadian_Aboriginal Cari=Carian Cham Cher=Cherokee Chrs=Chorasmian
Copt=Coptic,Qaac Cpmn=Cypro_Minoan Cprt=Cypriot Cyrl=Cyrillic
Deva=Devanagari Diak=Dives_Akuru Dogr=Dogra Dsrt=Deseret Dupl=Duployan
Egyp=Egyptian_Hieroglyphs Elba=Elbasan Elym=Elymaic Ethi=Ethiopic Gara=Garay
Geor=Georgian Glag=Glagolitic Gong=Gunjala_Gondi Gonm=Masaram_Gondi
Goth=Gothic Gran=Grantha Grek=Greek Gujr=Gujarati Gukh=Gurung_Khema
Guru=Gurmukhi Hang=Hangul Hani=Han Hano=Hanunoo Hatr=Hatran Hebr=Hebrew
Hira=Hiragana Hluw=Anatolian_Hieroglyphs Hmng=Pahawh_Hmong
Hmnp=Nyiakeng_Puachue_Hmong Hung=Old_Hungarian Ital=Old_Italic Java=Javanese
Kali=Kayah_Li Kana=Katakana Kawi Khar=Kharoshthi Khmr=Khmer Khoj=Khojki
Kits=Khitan_Small_Script Knda=Kannada Krai=Kirat_Rai Kthi=Kaithi
Lana=Tai_Tham Laoo=Lao Latn=Latin Lepc=Lepcha Limb=Limbu Lina=Linear_A
Linb=Linear_B Lisu Lyci=Lycian Lydi=Lydian Mahj=Mahajani Maka=Makasar
Mand=Mandaic Mani=Manichaean Marc=Marchen Medf=Medefaidrin
Mend=Mende_Kikakui Merc=Meroitic_Cursive Mero=Meroitic_Hieroglyphs
Mlym=Malayalam Modi Mong=Mongolian Mroo=Mro Mtei=Meetei_Mayek Mult=Multani
Mymr=Myanmar Nagm=Nag_Mundari Nand=Nandinagari Narb=Old_North_Arabian
Nbat=Nabataean Newa Nkoo=Nko Nshu=Nushu Ogam=Ogham Olck=Ol_Chiki Onao=Ol_Onal
Orkh=Old_Turkic Orya=Oriya Osge=Osage Osma=Osmanya Ougr=Old_Uyghur
Palm=Palmyrene Pauc=Pau_Cin_Hau Perm=Old_Permic Phag=Phags_Pa
Phli=Inscriptional_Pahlavi Phlp=Psalter_Pahlavi Phnx=Phoenician Plrd=Miao
Prti=Inscriptional_Parthian Rjng=Rejang Rohg=Hanifi_Rohingya Runr=Runic
Samr=Samaritan Sarb=Old_South_Arabian Saur=Saurashtra Sgnw=SignWriting
Shaw=Shavian Shrd=Sharada Sidd=Siddham Sidt=Sidetic Sind=Khudawadi
Sinh=Sinhala Sogd=Sogdian Sogo=Old_Sogdian Sora=Sora_Sompeng Soyo=Soyombo
Sund=Sundanese Sunu=Sunuwar Sylo=Syloti_Nagri Syrc=Syriac Tagb=Tagbanwa
Takr=Takri Tale=Tai_Le Talu=New_Tai_Lue Taml=Tamil Tang=Tangut
Tavt=Tai_Viet Tayo=Tai_Yo Telu=Telugu Tfng=Tifinagh Tglg=Tagalog Thaa=Thaana
Thai Tibt=Tibetan Tirh=Tirhuta Tnsa=Tangsa Todr=Todhri Tols=Tolong_Siki Toto
Tutg=Tulu_Tigalari Ugar=Ugaritic Vaii=Vai Vith=Vithkuqi Wara=Warang_Citi
Wcho=Wancho Xpeo=Old_Persian Xsux=Cuneiform Yezi=Yezidi Yiii=Yi
Zanb=Zanabazar_Square Zinh=Inherited,Qaai Zyyy=Common`;

const all = [];
for (let c = 0; c <= LAST; c++)
	all.push(String.fromCodePoint(c));

/* ECMAScript knows the property under this name. */
function known(expression) {
	try {
		new RegExp(`\\p{${expression}}`, 'u');
		return true;
	} catch {
		return false;
	}
}

function number(n) {
	let text = String.fromCharCode(48 + n % 32);

	while (n >= 32) {
		n = Math.floor(n / 32);
		text = String.fromCharCode(80 + n % 32) + text;
	}
	return text;
}

function encode(expression) {
	const re = new RegExp(`^\\p{${expression}}$`, 'u');
	let inside = false, from = 0, text = '';

	for (let c = 0; c <= LAST; c++) {
		const now = re.test(all[c]);

		if (now !== inside) {
			text += number(c - from);
			from = c;
			inside = now;
		}
	}
	return text;
}

function literal(text) {
	const lines = text.match(/.{1,68}/g) ?? [''];

	return lines.map((l) => `\n\t "${l.replace(/[\\?]/g, '\\$&')}"`).join('');
}

function names(list, prefix) {
	const out = [];

	for (const item of list.trim().split(/\s+/))  {
		const found = item.split(/[=,]/).filter((n) => known(prefix + n));

		if (found.length > 0)
			out.push(found);
	}
	return out;
}

function table(name, list, prefix, add = prefix) {
	console.log(`static const struct property ${name}[] = {`);
	for (const found of names(list, prefix))
		console.log(`\t{"${found.join(' ')}",` +
		    literal(encode(add + found[0])) + '},');
	console.log('};\n');
}

/* For each member of a set of equal characters, the next one, in a ring. */
function rings(key, same) {
	const groups = new Map();
	const next = new Map();

	for (let c = 0; c <= LAST; c++) {
		const k = key(c);

		if (k !== c)
			groups.set(k, [...(groups.get(k) ?? [k]), c]);
	}
	for (const [, g] of groups) {
		const ring = [...new Set(g)].filter((c) => same(g[0], c))
		    .sort((a, b) => a - b);

		ring.forEach((c, i) => next.set(c, ring[(i + 1) % ring.length]));
	}
	return next;
}

/* Runs of characters at the same stride with the same distance to the next. */
function pairs(name, next) {
	const list = [...next].sort((a, b) => a[0] - b[0]);
	const left = new Map(list);

	console.log(`static const struct pairs ${name}[] = {`);
	for (const [c, to] of list) {
		const d = to - c;
		let best = [1, 1];

		if (!left.has(c))
			continue;
		for (const stride of [1, 2]) {
			let n = 1;

			while (left.get(c + n * stride) === c + n * stride + d)
				n++;
			if (n > best[1])
				best = [stride, n];
		}
		for (let i = 0; i < best[1]; i++)
			left.delete(c + i * best[0]);
		console.log(`\t{0x${c.toString(16)}, ${best[1]}, ` +
		    `${best[0]}, ${d}},`);
	}
	console.log('};\n');
}

/* Canonicalize without u: ECMA-262, 22.2.2.7.3, the last steps. */
function upper(c) {
	const up = c > 0xffff ? '' : all[c].toUpperCase();

	if (up.length !== 1 || (c >= 128 && up.charCodeAt(0) < 128))
		return c;
	return up.charCodeAt(0);
}

/*
 * Canonicalize with u: the smallest character that Node's /iu takes for the
 * same. Candidates are what the case mappings lead to and what leads there.
 */
function folder() {
	const least = new Map();
	const kin = new Map();
	const join = (text, c) => kin.set(text, [...(kin.get(text) ?? []), c]);

	for (let c = 0; c <= LAST; c++) {
		const up = all[c].toUpperCase();

		if (up !== all[c] || all[c].toLowerCase() !== all[c])
			for (const t of new Set([up, all[c].toLowerCase(),
			    all[c].toLowerCase().toUpperCase(),
			    up.toLowerCase(), all[c]]))
				join(t, c);
	}
	for (const [, list] of kin)
		for (const c of list)
			for (const d of list) {
				const re = new RegExp(
				    `^\\u{${d.toString(16)}}$`, 'iu');

				if (d < (least.get(c) ?? c) && re.test(all[c]))
					least.set(c, d);
			}
	const root = (c) => least.has(c) ? root(least.get(c)) : c;
	return root;
}

console.log(`/*
 * The Unicode ${process.versions.unicode} tables of regex_unicode.c, written by tools/unicode.mjs,
 * which also describes the form. Do not edit.
 */`);
table('categories', gc, 'gc=');
table('scripts', scripts, 'sc=');
table('extensions', scripts, 'scx=');
table('binaries', binary, '');
pairs('upper_pairs', rings(upper, () => true));
pairs('fold_pairs', rings(folder(), () => true));
