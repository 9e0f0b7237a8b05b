/*
 * segment_map - the segment key, worked out by a web server.
 *
 * Every bit of the key is a test on a header, a cookie or a query parameter, as
 * a regular expression (segment_pattern.c). What servers see differently (a
 * value that is too long, is no UTF-8 or has a NUL) gives another key than
 * core's, and the reply to such a request may not be stored: see
 * TESSERA_SEGMENT in core/answer.c.
 *
 * nginx's own $cookie_NAME and $arg_NAME will not do (seen with 1.22): they
 * find names in any case, also after a comma, and decode nothing. $http_cookie
 * has all Cookie lines joined by "; ", $http_NAME the first header of a name;
 * FastCGI gets each line as a parameter of its own.
 */
#include "build/pack/segment_pattern.h"

/*
 * Bits named in one value of a map: a word of nginx's configuration has less
 * than 4,096 bytes.
 */
#define GROUP_BITS 64

/* A word of nginx's configuration has less than 4,096 bytes. */
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
	tsr_segment_finder(out, a, number, true);
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
		tsr_segment_tests(out, rules, key[i], "\t\"~", "\" 1;\n");
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
	tsr_segment_finder(out, a, number, false);
	tsr_buf_printf(out, "\"}) {\n\t\tset req.http.X-Tessera-Raw-%u = "
		"regsub(%s, {\"", number, from);
	tsr_segment_finder(out, a, number, false);
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
		tsr_segment_tests(out, rules, key[i],
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
