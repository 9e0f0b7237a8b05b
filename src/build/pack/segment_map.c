/*
 * segment_map - the segment key, worked out by a web server.
 *
 * Every bit of the key is a test on a header, a cookie or a query parameter.
 * Here it becomes a regular expression over the bytes that were sent, which
 * finds what core finds: the first cookie or parameter of a name, each byte of
 * a value as it is or percent-encoded (core/cookie.c and core/query.c: change
 * all or none). What servers see differently (a value that is too long, is no
 * UTF-8 or has a NUL) gives another key than core's, and the reply to such a
 * request may not be stored: see TESSERA_SEGMENT in core/answer.c.
 *
 * nginx's own $cookie_NAME and $arg_NAME will not do (seen with 1.22): they
 * find names in any case, also after a comma, and decode nothing. $http_cookie
 * has all Cookie lines joined by "; ", $http_NAME the first header of a name;
 * FastCGI gets each line as a parameter of its own.
 *
 * Everything but letters and digits is written as \xHH, so that neither nginx
 * nor VCL sees a quote, a variable or an escape of its own.
 */
#include "build/rules/rules_inner.h"

/* A word of nginx's configuration has less than 4,096 bytes. */
#define PATTERN_MAX 3000

/* Bits named in one value of a map, for the same reason. */
#define GROUP_BITS 64

/* Repetitions in an expression: the server's matcher backtracks. */
#define REPEATS_MAX 2

static void
add_byte(struct tsr_buf *out, uint8_t c)
{
	if (tsr_is_alnum(c))
		tsr_buf_byte(out, c);
	else
		tsr_buf_printf(out, "\\x%02x", c);
}

static void
add_literal(struct tsr_buf *out, struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		add_byte(out, s.p[i]);
}

static void
add_hex_digit(struct tsr_buf *out, unsigned digit)
{
	if (digit < 10)
		tsr_buf_byte(out, (uint8_t)('0' + digit));
	else
		tsr_buf_printf(out, "[%c%c]", 'A' + (int)digit - 10,
		    'a' + (int)digit - 10);
}

/* A byte of a decoded value in all the ways it may be sent. */
static void
add_coded_byte(struct tsr_buf *out, uint8_t c, bool query, bool raw)
{
	tsr_buf_text(out, "(?:%");
	add_hex_digit(out, c >> 4);
	add_hex_digit(out, c & 15);
	if (c == '%')
		tsr_buf_text(out, "|%(?![0-9A-Fa-f][0-9A-Fa-f])");
	else if (raw && !(query && c == '+')) {
		tsr_buf_byte(out, '|');
		add_byte(out, c);
	}
	if (query && c == ' ')
		tsr_buf_text(out, "|\\x2b");
	tsr_buf_byte(out, ')');
}

/*
 * trimmed: blanks at both ends must be encoded, the server of the value cut
 * others off.
 */
static void
add_coded(struct tsr_buf *out, struct tsr_span s, bool query, bool trimmed)
{
	size_t i;
	bool blank;

	for (i = 0; i < s.n; i++) {
		blank = s.p[i] == ' ' || s.p[i] == '\t';
		add_coded_byte(out, s.p[i], query,
		    !(trimmed && blank && (i == 0 || i + 1 == s.n)));
	}
}

/* One value of an attribute as an expression. */
static void
add_value(struct tsr_buf *out, const struct tsr_rules_attribute *a,
    struct tsr_span value)
{
	if (a->source == TSR_SOURCE_HEADER) {
		add_literal(out, value);
		return;
	}
	if (a->source == TSR_SOURCE_QUERY) {
		add_coded(out, value, true, false);
		return;
	}
	tsr_buf_text(out, "\\x22");
	add_coded(out, value, false, false);
	tsr_buf_text(out, "\\x22|");
	/* A pair of quotes around a value is no part of it. */
	if (value.n > 0 && value.p[0] == '"')
		tsr_buf_text(out, "(?!\\x22[^;]*\\x22[\\x20\\x09]*\\z)");
	add_coded(out, value, false, true);
}

static const char *const true_words[] = {"1", "true", "?1", "yes"};
static const char *const false_words[] = {"0", "false", "?0", "no"};

/* ---- which tests ---- */

/* Is an expression the same to PCRE on bytes, and quick to match? */
static bool
is_plain_pattern(struct tsr_span s)
{
	size_t i;
	unsigned repeats = 0;

	if (s.n == 0 || s.n > PATTERN_MAX / 4)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '*' || s.p[i] == '+' || s.p[i] == '?') {
			/* After a character, and not after a repetition. */
			if (i == 0 || ++repeats > REPEATS_MAX ||
			    !tsr_is_alnum(s.p[i - 1]) ||
			    (i > 1 && s.p[i - 2] == '\\'))
				return false;
		} else if (s.p[i] == '(') {
			if (i + 1 < s.n && s.p[i + 1] == '?')
				return false;
		} else if (s.p[i] == '\\') {
			if (i + 1 >= s.n || (s.p[i + 1] != '.' &&
				s.p[i + 1] != '/' && s.p[i + 1] != '-'))
				return false;
			i++;
		} else if (!tsr_is_alnum(s.p[i]) &&
		    tsr_span_find(TSR_LIT(" _-/,;:|)^$"), s.p[i], 0) == 11)
			return false;
	}
	return true;
}

static bool
can_value(const struct tsr_rules_attribute *a, const struct tsr_json *v)
{
	struct tsr_buf text;
	bool fits;

	if (a->type == TSR_TYPE_BOOLEAN)
		return v->type == TSR_JSON_BOOLEAN;
	if (v->type != TSR_JSON_STRING)
		return false;
	tsr_buf_init(&text, PATTERN_MAX);
	add_value(&text, a, v->u.string);
	fits = !text.full;
	tsr_buf_free(&text);
	return fits;
}

bool
tsr_segment_can(const struct tsr_rules *rules, const struct tsr_test *test)
{
	const struct tsr_rules_attribute *a =
	    &rules->attributes[test->attribute];
	uint32_t i;

	switch (test->operator) {
	case TSR_OPERATOR_EXISTS:
		return true;
	case TSR_OPERATOR_EQ:
		return can_value(a, &test->operand);
	case TSR_OPERATOR_IN:
		for (i = 0; i < test->operand.count; i++)
			if (!can_value(a, &test->operand.u.items[i]))
				return false;
		return true;
	case TSR_OPERATOR_REGEX:
		/* A missing header is "null" to $regex, "" to a server. */
		return a->source == TSR_SOURCE_HEADER && !test->missing &&
		    a->type == TSR_TYPE_STRING &&
		    is_plain_pattern(test->operand.u.string);
	default:
		return false;
	}
}

/* ---- the expressions of a test ---- */

struct patterns {
	struct tsr_buf *list; /* in the arena; each at most PATTERN_MAX */
	size_t count, cap;
	const struct tsr_rules_attribute *attribute;
	struct tsr_arena *arena;
};

/* One more value, beside the others where there is room. */
static void
add_alternative(struct patterns *p, struct tsr_span value)
{
	struct tsr_buf one, *last;

	/* An empty header is as good as none. */
	if (p->attribute->source == TSR_SOURCE_HEADER && value.n == 0)
		return;
	tsr_buf_init(&one, PATTERN_MAX);
	add_value(&one, p->attribute, value);
	last = p->count > 0 ? &p->list[p->count - 1] : NULL;
	if (last == NULL || last->n + one.n + 1 > PATTERN_MAX) {
		p->list = tsr_arena_grow(
		    p->arena, p->list, p->count, &p->cap, sizeof(*p->list));
		last = &p->list[p->count++];
		tsr_buf_init(last, PATTERN_MAX + 100);
	} else
		tsr_buf_byte(last, '|');
	tsr_buf_add(last, tsr_buf_view(&one));
	tsr_buf_free(&one);
}

static void
add_boolean(struct patterns *p, bool value)
{
	const char *const *words = value ? true_words : false_words;
	size_t i;

	for (i = 0; i < 4; i++)
		add_alternative(p, tsr_span_of(words[i], strlen(words[i])));
}

static void
add_operand(struct patterns *p, const struct tsr_json *v)
{
	if (v->type == TSR_JSON_BOOLEAN)
		add_boolean(p, v->u.boolean);
	else
		add_alternative(p, v->u.string);
}

/*
 * Collect a test's values; false when it is answered by an expression alone,
 * which *whole becomes.
 */
static bool
find_patterns(struct patterns *p, struct tsr_buf *whole,
    const struct tsr_test *t)
{
	uint32_t i;

	if (t->operator == TSR_OPERATOR_REGEX) {
		/* Longer headers are missing to core. */
		tsr_buf_printf(whole, "\\A(?=[^\\x00]{1,%d}\\z).*?(?:",
		    TSR_VALUE_MAX);
		for (i = 0; i < t->operand.u.string.n; i++)
			if (t->operand.u.string.p[i] == '$')
				tsr_buf_text(whole, "\\z");
			else if (t->operand.u.string.p[i] == '^')
				tsr_buf_text(whole, "\\A");
			else
				tsr_buf_byte(
				    whole, t->operand.u.string.p[i]);
		tsr_buf_byte(whole, ')');
		return false;
	}
	if (t->operator == TSR_OPERATOR_EXISTS &&
	    p->attribute->type != TSR_TYPE_BOOLEAN) {
		tsr_buf_text(whole, p->attribute->source == TSR_SOURCE_HEADER
			? "." : "\\A=");
		return false;
	}
	if (t->operator == TSR_OPERATOR_EXISTS) {
		add_boolean(p, true);
		add_boolean(p, false);
	} else if (t->operator == TSR_OPERATOR_IN)
		for (i = 0; i < t->operand.count; i++)
			add_operand(p, &t->operand.u.items[i]);
	else
		add_operand(p, &t->operand);
	return true;
}

/* The whole expressions of a test, each between before and after. */
static void
add_tests(struct tsr_buf *out, const struct tsr_rules *rules, uint32_t test,
    const char *before, const char *after)
{
	const struct tsr_test *t = &rules->tests[test];
	struct tsr_arena arena;
	struct patterns p = {.arena = &arena,
	    .attribute = &rules->attributes[t->attribute]};
	struct tsr_buf whole;
	size_t i;

	tsr_arena_init(&arena);
	tsr_buf_init(&whole, PATTERN_MAX * 2);
	if (!find_patterns(&p, &whole, t)) {
		tsr_buf_text(out, before);
		tsr_buf_add(out, tsr_buf_view(&whole));
		tsr_buf_text(out, after);
	}
	for (i = 0; i < p.count; i++) {
		tsr_buf_text(out, before);
		tsr_buf_text(out, p.attribute->source == TSR_SOURCE_HEADER
			? "\\A(?:" : "\\A=(?:");
		tsr_buf_add(out, tsr_buf_view(&p.list[i]));
		tsr_buf_text(out, p.attribute->source == TSR_SOURCE_COOKIE
			? ")[\\x20\\x09]*\\z" : ")\\z");
		tsr_buf_text(out, after);
		tsr_buf_free(&p.list[i]);
	}
	tsr_buf_free(&whole);
	tsr_arena_free(&arena);
}

/*
 * The expression whose group is the raw value of a cookie in a Cookie header or
 * of a parameter in a query string.
 */
static void
add_finder(struct tsr_buf *out, const struct tsr_rules_attribute *a,
    uint32_t number, bool named)
{
	if (a->source == TSR_SOURCE_COOKIE) {
		tsr_buf_text(out, "\\A(?:(?![\\x20\\x09]*");
		add_literal(out, a->key);
		tsr_buf_text(out, "=)[^;]*+;)*+[\\x20\\x09]*+");
		add_literal(out, a->key);
		tsr_buf_text(out, "=[\\x20\\x09]*+");
	} else {
		tsr_buf_text(out, "\\A(?:(?!");
		add_literal(out, a->key);
		tsr_buf_text(out, "(?:[=&]|\\z))[^&]*+&)*+");
		add_literal(out, a->key);
		tsr_buf_text(out, "(?:=|(?=&|\\z))");
	}
	if (named)
		tsr_buf_printf(out, "(?<tessera_text_%u>", number);
	else
		tsr_buf_byte(out, '(');
	tsr_buf_text(out,
	    a->source == TSR_SOURCE_COOKIE ? "[^;]*+)" : "[^&]*+)");
}

/* ---- who is believed ---- */

/* Does the key read a header that only a proxy of the site may say? */
static bool
reads_proxied(const struct tsr_rules *rules, const uint32_t *key, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rules->attributes[rules->tests[key[i]].attribute].proxy)
			return true;
	return false;
}

/* A network: before, the address, middle, its bits, after. */
static void
add_network(struct tsr_buf *out, const struct tsr_netaddr *network,
    const char *const parts[3])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint8_t room[TSR_NETADDR_TEXT];
	unsigned bits = network->bits;

	if (bits >= 96 && memcmp(network->bytes, mapped, 12) == 0)
		bits -= 96;
	tsr_buf_text(out, parts[0]);
	tsr_buf_add(out, tsr_netaddr_write(room, network));
	tsr_buf_printf(out, "%s%u%s", parts[1], bits, parts[2]);
}

static void
add_networks(struct tsr_buf *out, const struct tsr_rules *rules,
    const char *const parts[3])
{
	static const struct tsr_netaddr v4 = {
	    {[10] = 0xff, [11] = 0xff}, 96};
	size_t i;

	for (i = 0; i < rules->proxy_count; i++) {
		add_network(out, &rules->proxies[i], parts);
		/* To servers, no network of IPv6 has addresses of IPv4. */
		if (rules->proxies[i].bits < 96 &&
		    tsr_netaddr_in(&v4, &rules->proxies[i]))
			add_network(out, &v4, parts);
	}
}

/* ---- nginx ---- */

static void
add_believed(struct tsr_buf *out, const struct tsr_rules *rules)
{
	static const char *const parts[3] = {"\t", "/", " 1;\n"};

	tsr_buf_text(out, "geo $realip_remote_addr $tessera_peer {\n"
			  "\tdefault 0;\n");
	add_networks(out, rules, parts);
	tsr_buf_printf(out, "}\nmap $realip_remote_addr $tessera_believed {\n"
		"\tdefault $tessera_peer;\n\t\"unix:\" %d;\n}\n",
	    tsr_rules_proxy_word(rules, TSR_LIT("unix")));
}

static void
add_header(struct tsr_buf *out, const char *prefix,
    const struct tsr_rules_attribute *a)
{
	size_t i;

	tsr_buf_text(out, prefix);
	for (i = 0; i < a->key.n; i++)
		tsr_buf_byte(out, a->key.p[i] == '-'
			? '_' : tsr_lower(a->key.p[i]));
}

/* The variable that a test looks at. */
static void
add_variable(struct tsr_buf *out, const struct tsr_rules_attribute *a,
    uint32_t number)
{
	if (a->source != TSR_SOURCE_HEADER || a->proxy)
		tsr_buf_printf(out, "$tessera_raw_%u", number);
	else
		add_header(out, "$http_", a);
}

static void
add_raw_map(struct tsr_buf *out, const struct tsr_rules *rules,
    uint32_t number)
{
	const struct tsr_rules_attribute *a = &rules->attributes[number];
	bool own = tsr_rules_proxy_word(rules, TSR_LIT("web-server"));

	if (a->source == TSR_SOURCE_HEADER) {
		tsr_buf_printf(out, "map %s $tessera_raw_%u {\n"
			"\tdefault \"\";\n\t1 ",
		    own ? "1" : "$tessera_believed", number);
		add_header(out, own ? "$tessera_" : "$http_", a);
		tsr_buf_text(out, ";\n}\n");
		return;
	}
	tsr_buf_printf(out, "map %s $tessera_raw_%u {\n\tdefault \"\";\n\t\"~",
	    a->source == TSR_SOURCE_COOKIE ? "$http_cookie" : "$args", number);
	add_finder(out, a, number, true);
	tsr_buf_printf(out, "\" \"=$tessera_text_%u\";\n}\n", number);
}

void
tsr_rules_nginx(struct tsr_buf *out, const struct tsr_rules *rules)
{
	const struct tsr_rules_attribute *a;
	struct tsr_arena scratch;
	uint32_t *key, number;
	size_t n, i, j;
	bool *mapped;

	tsr_arena_init(&scratch);
	n = tsr_rules_key(&key, rules, &scratch);
	mapped = TSR_NEW_ARRAY(&scratch, bool, rules->attribute_count + 1);
	tsr_buf_text(out, "# The segment key of this release: $tessera_segment."
			  "\n# Include it in the http block.\n");
	if (reads_proxied(rules, key, n) &&
	    !tsr_rules_proxy_word(rules, TSR_LIT("web-server")))
		add_believed(out, rules);
	for (i = 0; i < n; i++) {
		number = rules->tests[key[i]].attribute;
		a = &rules->attributes[number];
		if ((a->source != TSR_SOURCE_HEADER || a->proxy) &&
		    !mapped[number])
			add_raw_map(out, rules, number);
		mapped[number] = true;
		tsr_buf_text(out, "map ");
		add_variable(out, a, number);
		tsr_buf_printf(
		    out, " $tessera_bit_%zu {\n\tdefault 0;\n", i);
		add_tests(out, rules, key[i], "\t\"~", "\" 1;\n");
		tsr_buf_text(out, "}\n");
	}
	for (i = 0; i < n; i += GROUP_BITS) {
		tsr_buf_printf(out, "map $host $tessera_bits_%zu {\n"
			"\tdefault \"", i / GROUP_BITS);
		for (j = i; j < n && j < i + GROUP_BITS; j++)
			tsr_buf_printf(out, "$tessera_bit_%zu", j);
		tsr_buf_text(out, "\";\n}\n");
	}
	tsr_buf_text(out, "map $host $tessera_segment {\n\tdefault \"");
	for (i = 0; i < n; i += GROUP_BITS)
		tsr_buf_printf(out, "$tessera_bits_%zu", i / GROUP_BITS);
	tsr_buf_text(out, "\";\n}\n");
	tsr_arena_free(&scratch);
}

/* ---- Varnish ---- */

/* What only a proxy may say is taken from everybody else. */
static void
add_vcl_disbelief(struct tsr_buf *out, const struct tsr_rules *rules)
{
	const struct tsr_rules_attribute *a;
	size_t i;

	if (tsr_rules_proxy_word(rules, TSR_LIT("web-server")))
		return;
	tsr_buf_text(out, "\tif (client.ip !~ tessera_proxies) {\n");
	for (i = 0; i < rules->attribute_count; i++) {
		a = &rules->attributes[i];
		if (a->proxy)
			tsr_buf_printf(out, "\t\tunset req.http.%.*s;\n",
			    TSR_ARG(a->key));
	}
	tsr_buf_text(out, "\t}\n");
}

/* A Unix socket's client has the address 0.0.0.0; so nothing is empty. */
static void
add_vcl_acl(struct tsr_buf *out, const struct tsr_rules *rules)
{
	static const char *const parts[3] = {"\t\"", "\"/", ";\n"};

	tsr_buf_printf(out, "acl tessera_proxies {\n\t%s\"0.0.0.0\";\n",
	    tsr_rules_proxy_word(rules, TSR_LIT("unix")) ? "" : "!");
	add_networks(out, rules, parts);
	tsr_buf_text(out, "}\n");
}

static void
add_vcl_raw(struct tsr_buf *out, const struct tsr_rules_attribute *a,
    uint32_t number)
{
	const char *from = a->source == TSR_SOURCE_COOKIE
	    ? "req.http.Cookie" : "req.http.X-Tessera-Query";

	tsr_buf_printf(out, "\tunset req.http.X-Tessera-Raw-%u;\n"
		"\tif (%s ~ {\"", number, from);
	add_finder(out, a, number, false);
	tsr_buf_printf(out, "\"}) {\n\t\tset req.http.X-Tessera-Raw-%u = "
		"regsub(%s, {\"", number, from);
	add_finder(out, a, number, false);
	tsr_buf_text(out, ".*\\z\"}, \"=\\1\");\n\t}\n");
}

void
tsr_rules_varnish(struct tsr_buf *out, const struct tsr_rules *rules)
{
	const struct tsr_rules_attribute *a;
	struct tsr_arena scratch;
	struct tsr_buf subject;
	uint32_t *key, number;
	size_t n, i;
	bool *mapped;

	tsr_arena_init(&scratch);
	tsr_buf_init(&subject, 1000);
	n = tsr_rules_key(&key, rules, &scratch);
	mapped = TSR_NEW_ARRAY(&scratch, bool, rules->attribute_count + 1);
	tsr_buf_text(out, "# The segment key of this release. In vcl_recv:\n"
		"#\tcall tessera_segment;\n# and in vcl_hash:\n"
		"#\thash_data(req.http.X-Tessera-Segment);\n");
	if (reads_proxied(rules, key, n) &&
	    !tsr_rules_proxy_word(rules, TSR_LIT("web-server")))
		add_vcl_acl(out, rules);
	tsr_buf_text(out, "sub tessera_segment {\n");
	if (reads_proxied(rules, key, n))
		add_vcl_disbelief(out, rules);
	tsr_buf_text(out,
		"\tset req.http.X-Tessera-Segment = \"\";\n"
		"\tset req.http.X-Tessera-Query = "
		"regsub(req.url, {\"\\A[^?]*+\\??\"}, \"\");\n");
	for (i = 0; i < n; i++) {
		number = rules->tests[key[i]].attribute;
		a = &rules->attributes[number];
		tsr_buf_clear(&subject);
		if (a->source == TSR_SOURCE_HEADER)
			tsr_buf_printf(&subject, "req.http.%.*s ~ {\"",
			    TSR_ARG(a->key));
		else
			tsr_buf_printf(&subject,
			    "req.http.X-Tessera-Raw-%u ~ {\"", number);
		tsr_buf_byte(&subject, 0);
		if (a->source != TSR_SOURCE_HEADER && !mapped[number])
			add_vcl_raw(out, a, number);
		mapped[number] = true;
		tsr_buf_text(out, "\tif (false");
		tsr_buf_printf(out, "\n%s", "");
		add_tests(out, rules, key[i],
		    tsr_arena_printf(&scratch, "\t    || %s",
			(const char *)subject.p), "\"}\n");
		tsr_buf_text(out, "\t) {\n\t\tset req.http.X-Tessera-Segment ="
			" req.http.X-Tessera-Segment + \"1\";\n\t} else {\n"
			"\t\tset req.http.X-Tessera-Segment ="
			" req.http.X-Tessera-Segment + \"0\";\n\t}\n");
	}
	for (i = 0; i < rules->attribute_count; i++)
		if (mapped[i] &&
		    rules->attributes[i].source != TSR_SOURCE_HEADER)
			tsr_buf_printf(out,
			    "\tunset req.http.X-Tessera-Raw-%zu;\n", i);
	tsr_buf_text(out, "\tunset req.http.X-Tessera-Query;\n}\n");
	tsr_buf_free(&subject);
	tsr_arena_free(&scratch);
}
