/*
 * Values at every place of HTML: exact outputs or refusals for hostile texts,
 * and, for random ones, that an HTML parser finds the value and nothing else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <gumbo.h>

#include "lib/template_case.h"

/* Where the value stands; before and after it. */
static const struct place {
	const char *name, *before, *tag, *after;
} places[] = {
    {"text", "<p>", "{{x}}", "</p>"},
    {"rcdata", "<title>", "{{x}}", "</title>"},
    {"dq", "<p title=\"", "{{x}}", "\">"},
    {"sq", "<p title='", "{{x}}", "'>"},
    {"url", "<a href=\"", "{{x}}", "\">"},
    {"img", "<img src=\"", "{{x}}", "\">"},
    {"seg", "<a href=\"/s/", "{{x}}", "\">"},
    {"query", "<a href=\"/s?q=", "{{x}}", "\">"},
    {"after", "<a href=\"", "{{e}}{{x}}", "\">"},
    {"srcset", "<img srcset=\"", "{{x}}", " 2x\">"},
    {"style", "<p style=\"color:", "{{x}}", "\">"},
    {"css", "<style>a{color:", "{{x}}", "}</style>"},
    {"json", "<script type=\"application/json\">", "{{x|json}}",
	"</script>"},
    {"js", "<script>x=", "{{x|json}}", ";</script>"},
};

/* want is what stands between before and after, or the rule that refuses. */
static const struct row {
	const char *place, *value, *want;
} rows[] = {
    {"text", "plain",
	"plain"},
    {"text", "<script>alert(1)</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"text", "</title></textarea></style></script><b>",
	"&lt;/title&gt;&lt;/textarea&gt;&lt;/style&gt;&lt;/script&gt;&lt;b&gt;"},
    {"text", "\" onmouseover=\"alert(1)",
	"&quot; onmouseover=&quot;alert(1)"},
    {"text", "' onfocus='alert(1)",
	"&#39; onfocus=&#39;alert(1)"},
    {"text", "javascript:alert(1)",
	"javascript:alert(1)"},
    {"text", " JaVaScRiPt:alert(1)",
	" JaVaScRiPt:alert(1)"},
    {"text", "java\011script:alert(1)",
	"java\011script:alert(1)"},
    {"text", "data:text/html,<script>",
	"data:text/html,&lt;script&gt;"},
    {"text", "data:image/png;base64,AA==",
	"data:image/png;base64,AA=="},
    {"text", "//evil.example/x",
	"//evil.example/x"},
    {"text", "https://a.example/\?a=1&b='2'",
	"https://a.example/\?a=1&amp;b=&#39;2&#39;"},
    {"text", "a b,c\\d",
	"a b,c\\d"},
    {"text", "\342\200\250\303\251\015\012",
	"\342\200\250\303\251&#13;\012"},
    {"text", "expression(alert(1))",
	"expression(alert(1))"},
    {"text", "red;background:url(x)",
	"red;background:url(x)"},
    {"text", "<!--",
	"&lt;!--"},
    {"text", "-->&lt;",
	"--&gt;&amp;lt;"},
    {"rcdata", "plain",
	"plain"},
    {"rcdata", "<script>alert(1)</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"rcdata", "</title></textarea></style></script><b>",
	"&lt;/title&gt;&lt;/textarea&gt;&lt;/style&gt;&lt;/script&gt;&lt;b&gt;"},
    {"rcdata", "\" onmouseover=\"alert(1)",
	"&quot; onmouseover=&quot;alert(1)"},
    {"rcdata", "' onfocus='alert(1)",
	"&#39; onfocus=&#39;alert(1)"},
    {"rcdata", "javascript:alert(1)",
	"javascript:alert(1)"},
    {"rcdata", " JaVaScRiPt:alert(1)",
	" JaVaScRiPt:alert(1)"},
    {"rcdata", "java\011script:alert(1)",
	"java\011script:alert(1)"},
    {"rcdata", "data:text/html,<script>",
	"data:text/html,&lt;script&gt;"},
    {"rcdata", "data:image/png;base64,AA==",
	"data:image/png;base64,AA=="},
    {"rcdata", "//evil.example/x",
	"//evil.example/x"},
    {"rcdata", "https://a.example/\?a=1&b='2'",
	"https://a.example/\?a=1&amp;b=&#39;2&#39;"},
    {"rcdata", "a b,c\\d",
	"a b,c\\d"},
    {"rcdata", "\342\200\250\303\251\015\012",
	"\342\200\250\303\251&#13;\012"},
    {"rcdata", "expression(alert(1))",
	"expression(alert(1))"},
    {"rcdata", "red;background:url(x)",
	"red;background:url(x)"},
    {"rcdata", "<!--",
	"&lt;!--"},
    {"rcdata", "-->&lt;",
	"--&gt;&amp;lt;"},
    {"dq", "plain",
	"plain"},
    {"dq", "<script>alert(1)</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"dq", "</title></textarea></style></script><b>",
	"&lt;/title&gt;&lt;/textarea&gt;&lt;/style&gt;&lt;/script&gt;&lt;b&gt;"},
    {"dq", "\" onmouseover=\"alert(1)",
	"&quot; onmouseover=&quot;alert(1)"},
    {"dq", "' onfocus='alert(1)",
	"&#39; onfocus=&#39;alert(1)"},
    {"dq", "javascript:alert(1)",
	"javascript:alert(1)"},
    {"dq", " JaVaScRiPt:alert(1)",
	" JaVaScRiPt:alert(1)"},
    {"dq", "java\011script:alert(1)",
	"java\011script:alert(1)"},
    {"dq", "data:text/html,<script>",
	"data:text/html,&lt;script&gt;"},
    {"dq", "data:image/png;base64,AA==",
	"data:image/png;base64,AA=="},
    {"dq", "//evil.example/x",
	"//evil.example/x"},
    {"dq", "https://a.example/\?a=1&b='2'",
	"https://a.example/\?a=1&amp;b=&#39;2&#39;"},
    {"dq", "a b,c\\d",
	"a b,c\\d"},
    {"dq", "\342\200\250\303\251\015\012",
	"\342\200\250\303\251&#13;\012"},
    {"dq", "expression(alert(1))",
	"expression(alert(1))"},
    {"dq", "red;background:url(x)",
	"red;background:url(x)"},
    {"dq", "<!--",
	"&lt;!--"},
    {"dq", "-->&lt;",
	"--&gt;&amp;lt;"},
    {"sq", "plain",
	"plain"},
    {"sq", "<script>alert(1)</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"sq", "</title></textarea></style></script><b>",
	"&lt;/title&gt;&lt;/textarea&gt;&lt;/style&gt;&lt;/script&gt;&lt;b&gt;"},
    {"sq", "\" onmouseover=\"alert(1)",
	"&quot; onmouseover=&quot;alert(1)"},
    {"sq", "' onfocus='alert(1)",
	"&#39; onfocus=&#39;alert(1)"},
    {"sq", "javascript:alert(1)",
	"javascript:alert(1)"},
    {"sq", " JaVaScRiPt:alert(1)",
	" JaVaScRiPt:alert(1)"},
    {"sq", "java\011script:alert(1)",
	"java\011script:alert(1)"},
    {"sq", "data:text/html,<script>",
	"data:text/html,&lt;script&gt;"},
    {"sq", "data:image/png;base64,AA==",
	"data:image/png;base64,AA=="},
    {"sq", "//evil.example/x",
	"//evil.example/x"},
    {"sq", "https://a.example/\?a=1&b='2'",
	"https://a.example/\?a=1&amp;b=&#39;2&#39;"},
    {"sq", "a b,c\\d",
	"a b,c\\d"},
    {"sq", "\342\200\250\303\251\015\012",
	"\342\200\250\303\251&#13;\012"},
    {"sq", "expression(alert(1))",
	"expression(alert(1))"},
    {"sq", "red;background:url(x)",
	"red;background:url(x)"},
    {"sq", "<!--",
	"&lt;!--"},
    {"sq", "-->&lt;",
	"--&gt;&amp;lt;"},
    {"url", "plain",
	"plain"},
    {"url", "<script>alert(1)</script>",
	"%3Cscript%3Ealert(1)%3C/script%3E"},
    {"url", "</title></textarea></style></script><b>",
	"%3C/title%3E%3C/textarea%3E%3C/style%3E%3C/script%3E%3Cb%3E"},
    {"url", "\" onmouseover=\"alert(1)",
	"%22%20onmouseover=%22alert(1)"},
    {"url", "' onfocus='alert(1)",
	"&#39;%20onfocus=&#39;alert(1)"},
    {"url", "javascript:alert(1)",
	"T020"},
    {"url", " JaVaScRiPt:alert(1)",
	"T020"},
    {"url", "java\011script:alert(1)",
	"T020"},
    {"url", "data:text/html,<script>",
	"T020"},
    {"url", "data:image/png;base64,AA==",
	"T020"},
    {"url", "//evil.example/x",
	"//evil.example/x"},
    {"url", "https://a.example/\?a=1&b='2'",
	"https://a.example/\?a=1&amp;b=&#39;2&#39;"},
    {"url", "a b,c\\d",
	"a%20b,c%5Cd"},
    {"url", "\342\200\250\303\251\015\012",
	"T020"},
    {"url", "expression(alert(1))",
	"expression(alert(1))"},
    {"url", "red;background:url(x)",
	"T020"},
    {"url", "<!--",
	"%3C!--"},
    {"url", "-->&lt;",
	"--%3E&amp;lt;"},
    {"img", "plain",
	"plain"},
    {"img", "<script>alert(1)</script>",
	"%3Cscript%3Ealert(1)%3C/script%3E"},
    {"img", "</title></textarea></style></script><b>",
	"%3C/title%3E%3C/textarea%3E%3C/style%3E%3C/script%3E%3Cb%3E"},
    {"img", "\" onmouseover=\"alert(1)",
	"%22%20onmouseover=%22alert(1)"},
    {"img", "' onfocus='alert(1)",
	"&#39;%20onfocus=&#39;alert(1)"},
    {"img", "javascript:alert(1)",
	"T020"},
    {"img", " JaVaScRiPt:alert(1)",
	"T020"},
    {"img", "java\011script:alert(1)",
	"T020"},
    {"img", "data:text/html,<script>",
	"T020"},
    {"img", "data:image/png;base64,AA==",
	"data:image/png;base64,AA=="},
    {"img", "//evil.example/x",
	"//evil.example/x"},
    {"img", "https://a.example/\?a=1&b='2'",
	"https://a.example/\?a=1&amp;b=&#39;2&#39;"},
    {"img", "a b,c\\d",
	"a%20b,c%5Cd"},
    {"img", "\342\200\250\303\251\015\012",
	"T020"},
    {"img", "expression(alert(1))",
	"expression(alert(1))"},
    {"img", "red;background:url(x)",
	"T020"},
    {"img", "<!--",
	"%3C!--"},
    {"img", "-->&lt;",
	"--%3E&amp;lt;"},
    {"seg", "plain",
	"plain"},
    {"seg", "<script>alert(1)</script>",
	"%3Cscript%3Ealert%281%29%3C/script%3E"},
    {"seg", "</title></textarea></style></script><b>",
	"%3C/title%3E%3C/textarea%3E%3C/style%3E%3C/script%3E%3Cb%3E"},
    {"seg", "\" onmouseover=\"alert(1)",
	"%22%20onmouseover%3D%22alert%281%29"},
    {"seg", "' onfocus='alert(1)",
	"%27%20onfocus%3D%27alert%281%29"},
    {"seg", "javascript:alert(1)",
	"javascript%3Aalert%281%29"},
    {"seg", " JaVaScRiPt:alert(1)",
	"%20JaVaScRiPt%3Aalert%281%29"},
    {"seg", "java\011script:alert(1)",
	"java%09script%3Aalert%281%29"},
    {"seg", "data:text/html,<script>",
	"data%3Atext/html%2C%3Cscript%3E"},
    {"seg", "data:image/png;base64,AA==",
	"data%3Aimage/png%3Bbase64%2CAA%3D%3D"},
    {"seg", "//evil.example/x",
	"%2F%2Fevil.example/x"},
    {"seg", "https://a.example/\?a=1&b='2'",
	"https%3A//a.example/%3Fa%3D1%26b%3D%272%27"},
    {"seg", "a b,c\\d",
	"a%20b%2Cc%5Cd"},
    {"seg", "\342\200\250\303\251\015\012",
	"%E2%80%A8%C3%A9%0D%0A"},
    {"seg", "expression(alert(1))",
	"expression%28alert%281%29%29"},
    {"seg", "red;background:url(x)",
	"red%3Bbackground%3Aurl%28x%29"},
    {"seg", "<!--",
	"%3C!--"},
    {"seg", "-->&lt;",
	"--%3E%26lt%3B"},
    {"query", "plain",
	"plain"},
    {"query", "<script>alert(1)</script>",
	"%3Cscript%3Ealert%281%29%3C%2Fscript%3E"},
    {"query", "</title></textarea></style></script><b>",
	"%3C%2Ftitle%3E%3C%2Ftextarea%3E%3C%2Fstyle%3E%3C%2Fscript%3E%3Cb%3E"},
    {"query", "\" onmouseover=\"alert(1)",
	"%22%20onmouseover%3D%22alert%281%29"},
    {"query", "' onfocus='alert(1)",
	"%27%20onfocus%3D%27alert%281%29"},
    {"query", "javascript:alert(1)",
	"javascript%3Aalert%281%29"},
    {"query", " JaVaScRiPt:alert(1)",
	"%20JaVaScRiPt%3Aalert%281%29"},
    {"query", "java\011script:alert(1)",
	"java%09script%3Aalert%281%29"},
    {"query", "data:text/html,<script>",
	"data%3Atext%2Fhtml%2C%3Cscript%3E"},
    {"query", "data:image/png;base64,AA==",
	"data%3Aimage%2Fpng%3Bbase64%2CAA%3D%3D"},
    {"query", "//evil.example/x",
	"%2F%2Fevil.example%2Fx"},
    {"query", "https://a.example/\?a=1&b='2'",
	"https%3A%2F%2Fa.example%2F%3Fa%3D1%26b%3D%272%27"},
    {"query", "a b,c\\d",
	"a%20b%2Cc%5Cd"},
    {"query", "\342\200\250\303\251\015\012",
	"%E2%80%A8%C3%A9%0D%0A"},
    {"query", "expression(alert(1))",
	"expression%28alert%281%29%29"},
    {"query", "red;background:url(x)",
	"red%3Bbackground%3Aurl%28x%29"},
    {"query", "<!--",
	"%3C%21--"},
    {"query", "-->&lt;",
	"--%3E%26lt%3B"},
    {"after", "plain",
	"plain"},
    {"after", "<script>alert(1)</script>",
	"%3Cscript%3Ealert%281%29%3C%2Fscript%3E"},
    {"after", "</title></textarea></style></script><b>",
	"%3C%2Ftitle%3E%3C%2Ftextarea%3E%3C%2Fstyle%3E%3C%2Fscript%3E%3Cb%3E"},
    {"after", "\" onmouseover=\"alert(1)",
	"%22%20onmouseover%3D%22alert%281%29"},
    {"after", "' onfocus='alert(1)",
	"%27%20onfocus%3D%27alert%281%29"},
    {"after", "javascript:alert(1)",
	"javascript%3Aalert%281%29"},
    {"after", " JaVaScRiPt:alert(1)",
	"%20JaVaScRiPt%3Aalert%281%29"},
    {"after", "java\011script:alert(1)",
	"java%09script%3Aalert%281%29"},
    {"after", "data:text/html,<script>",
	"data%3Atext%2Fhtml%2C%3Cscript%3E"},
    {"after", "data:image/png;base64,AA==",
	"data%3Aimage%2Fpng%3Bbase64%2CAA%3D%3D"},
    {"after", "//evil.example/x",
	"%2F%2Fevil.example%2Fx"},
    {"after", "https://a.example/\?a=1&b='2'",
	"https%3A%2F%2Fa.example%2F%3Fa%3D1%26b%3D%272%27"},
    {"after", "a b,c\\d",
	"a%20b%2Cc%5Cd"},
    {"after", "\342\200\250\303\251\015\012",
	"%E2%80%A8%C3%A9%0D%0A"},
    {"after", "expression(alert(1))",
	"expression%28alert%281%29%29"},
    {"after", "red;background:url(x)",
	"red%3Bbackground%3Aurl%28x%29"},
    {"after", "<!--",
	"%3C%21--"},
    {"after", "-->&lt;",
	"--%3E%26lt%3B"},
    {"srcset", "plain",
	"plain"},
    {"srcset", "<script>alert(1)</script>",
	"%3Cscript%3Ealert(1)%3C/script%3E"},
    {"srcset", "</title></textarea></style></script><b>",
	"%3C/title%3E%3C/textarea%3E%3C/style%3E%3C/script%3E%3Cb%3E"},
    {"srcset", "\" onmouseover=\"alert(1)",
	"%22%20onmouseover=%22alert(1)"},
    {"srcset", "' onfocus='alert(1)",
	"&#39;%20onfocus=&#39;alert(1)"},
    {"srcset", "javascript:alert(1)",
	"T020"},
    {"srcset", " JaVaScRiPt:alert(1)",
	"T020"},
    {"srcset", "java\011script:alert(1)",
	"T020"},
    {"srcset", "data:text/html,<script>",
	"T020"},
    {"srcset", "data:image/png;base64,AA==",
	"T020"},
    {"srcset", "//evil.example/x",
	"//evil.example/x"},
    {"srcset", "https://a.example/\?a=1&b='2'",
	"https://a.example/\?a=1&amp;b=&#39;2&#39;"},
    {"srcset", "a b,c\\d",
	"a%20b%2Cc%5Cd"},
    {"srcset", "\342\200\250\303\251\015\012",
	"T020"},
    {"srcset", "expression(alert(1))",
	"expression(alert(1))"},
    {"srcset", "red;background:url(x)",
	"T020"},
    {"srcset", "<!--",
	"%3C!--"},
    {"srcset", "-->&lt;",
	"--%3E&amp;lt;"},
    {"style", "plain",
	"plain"},
    {"style", "<script>alert(1)</script>",
	"T021"},
    {"style", "</title></textarea></style></script><b>",
	"T021"},
    {"style", "\" onmouseover=\"alert(1)",
	"T021"},
    {"style", "' onfocus='alert(1)",
	"T021"},
    {"style", "javascript:alert(1)",
	"T021"},
    {"style", " JaVaScRiPt:alert(1)",
	"T021"},
    {"style", "java\011script:alert(1)",
	"T021"},
    {"style", "data:text/html,<script>",
	"T021"},
    {"style", "data:image/png;base64,AA==",
	"T021"},
    {"style", "//evil.example/x",
	"T021"},
    {"style", "https://a.example/\?a=1&b='2'",
	"T021"},
    {"style", "a b,c\\d",
	"T021"},
    {"style", "\342\200\250\303\251\015\012",
	"T021"},
    {"style", "expression(alert(1))",
	"T021"},
    {"style", "red;background:url(x)",
	"T021"},
    {"style", "<!--",
	"T021"},
    {"style", "-->&lt;",
	"T021"},
    {"css", "plain",
	"plain"},
    {"css", "<script>alert(1)</script>",
	"T021"},
    {"css", "</title></textarea></style></script><b>",
	"T021"},
    {"css", "\" onmouseover=\"alert(1)",
	"T021"},
    {"css", "' onfocus='alert(1)",
	"T021"},
    {"css", "javascript:alert(1)",
	"T021"},
    {"css", " JaVaScRiPt:alert(1)",
	"T021"},
    {"css", "java\011script:alert(1)",
	"T021"},
    {"css", "data:text/html,<script>",
	"T021"},
    {"css", "data:image/png;base64,AA==",
	"T021"},
    {"css", "//evil.example/x",
	"T021"},
    {"css", "https://a.example/\?a=1&b='2'",
	"T021"},
    {"css", "a b,c\\d",
	"T021"},
    {"css", "\342\200\250\303\251\015\012",
	"T021"},
    {"css", "expression(alert(1))",
	"T021"},
    {"css", "red;background:url(x)",
	"T021"},
    {"css", "<!--",
	"T021"},
    {"css", "-->&lt;",
	"T021"},
    {"json", "plain",
	"\"plain\""},
    {"json", "<script>alert(1)</script>",
	"\"\\u003cscript\\u003ealert(1)\\u003c/script\\u003e\""},
    {"json", "</title></textarea></style></script><b>",
	"\"\\u003c/title\\u003e\\u003c/textarea\\u003e\\u003c/style\\u003e\\u003c/script\\u003e\\u003cb\\u003e\""},
    {"json", "\" onmouseover=\"alert(1)",
	"\"\\\" onmouseover=\\\"alert(1)\""},
    {"json", "' onfocus='alert(1)",
	"\"' onfocus='alert(1)\""},
    {"json", "javascript:alert(1)",
	"\"javascript:alert(1)\""},
    {"json", " JaVaScRiPt:alert(1)",
	"\" JaVaScRiPt:alert(1)\""},
    {"json", "java\011script:alert(1)",
	"\"java\\tscript:alert(1)\""},
    {"json", "data:text/html,<script>",
	"\"data:text/html,\\u003cscript\\u003e\""},
    {"json", "data:image/png;base64,AA==",
	"\"data:image/png;base64,AA==\""},
    {"json", "//evil.example/x",
	"\"//evil.example/x\""},
    {"json", "https://a.example/\?a=1&b='2'",
	"\"https://a.example/\?a=1\\u0026b='2'\""},
    {"json", "a b,c\\d",
	"\"a b,c\\\\d\""},
    {"json", "\342\200\250\303\251\015\012",
	"\"\\u2028\303\251\\u000d\\n\""},
    {"json", "expression(alert(1))",
	"\"expression(alert(1))\""},
    {"json", "red;background:url(x)",
	"\"red;background:url(x)\""},
    {"json", "<!--",
	"\"\\u003c!--\""},
    {"json", "-->&lt;",
	"\"--\\u003e\\u0026lt;\""},
    {"js", "plain",
	"\"plain\""},
    {"js", "<script>alert(1)</script>",
	"\"\\u003cscript\\u003ealert(1)\\u003c/script\\u003e\""},
    {"js", "</title></textarea></style></script><b>",
	"\"\\u003c/title\\u003e\\u003c/textarea\\u003e\\u003c/style\\u003e\\u003c/script\\u003e\\u003cb\\u003e\""},
    {"js", "\" onmouseover=\"alert(1)",
	"\"\\\" onmouseover=\\\"alert(1)\""},
    {"js", "' onfocus='alert(1)",
	"\"' onfocus='alert(1)\""},
    {"js", "javascript:alert(1)",
	"\"javascript:alert(1)\""},
    {"js", " JaVaScRiPt:alert(1)",
	"\" JaVaScRiPt:alert(1)\""},
    {"js", "java\011script:alert(1)",
	"\"java\\tscript:alert(1)\""},
    {"js", "data:text/html,<script>",
	"\"data:text/html,\\u003cscript\\u003e\""},
    {"js", "data:image/png;base64,AA==",
	"\"data:image/png;base64,AA==\""},
    {"js", "//evil.example/x",
	"\"//evil.example/x\""},
    {"js", "https://a.example/\?a=1&b='2'",
	"\"https://a.example/\?a=1\\u0026b='2'\""},
    {"js", "a b,c\\d",
	"\"a b,c\\\\d\""},
    {"js", "\342\200\250\303\251\015\012",
	"\"\\u2028\303\251\\u000d\\n\""},
    {"js", "expression(alert(1))",
	"\"expression(alert(1))\""},
    {"js", "red;background:url(x)",
	"\"red;background:url(x)\""},
    {"js", "<!--",
	"\"\\u003c!--\""},
    {"js", "-->&lt;",
	"\"--\\u003e\\u0026lt;\""},
};

static const struct place *
find_place(const char *name)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(places); i++)
		if (strcmp(places[i].name, name) == 0)
			return &places[i];
	fail_msg("no place %s", name);
	return NULL;
}

/* *out: the rendering of one value at a place, or its mistakes. */
static void
render(struct tsr_buf *out, const struct place *place, struct tsr_span value)
{
	struct template_case c = {0};
	struct tsr_buf template, data;

	tsr_buf_init(&template, 1 << 16);
	tsr_buf_init(&data, 1 << 16);
	tsr_buf_printf(&template, "%s%s%s", place->before, place->tag,
	    place->after);
	tsr_buf_byte(&template, 0);
	tsr_buf_text(&data, "{\"e\":\"\",\"x\":");
	tsr_buf_json(&data, value);
	tsr_buf_text(&data, "}");
	tsr_buf_byte(&data, 0);
	c.template = (const char *)template.p;
	c.data = (const char *)data.p;
	tsr_template_case_run(out, &c);
	tsr_buf_free(&template);
	tsr_buf_free(&data);
}

static void
test_escape_hostile_value_is_harmless_at_every_place(void **state)
{
	struct tsr_buf got, want;
	size_t i;
	int bad = 0;

	(void)state;
	tsr_buf_init(&got, 1 << 16);
	tsr_buf_init(&want, 1 << 16);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		const struct place *place = find_place(rows[i].place);

		tsr_buf_clear(&got);
		tsr_buf_clear(&want);
		render(&got, place,
		    tsr_span_of(rows[i].value, strlen(rows[i].value)));
		if (rows[i].want[0] == 'T')
			tsr_buf_printf(&want, "d:1:13 %s", rows[i].want);
		else
			tsr_buf_printf(&want, "%s%s%s", place->before,
			    rows[i].want, place->after);
		if (tsr_span_eq(tsr_buf_view(&got), tsr_buf_view(&want)))
			continue;
		bad++;
		print_message("%s: %s\n  wanted %.*s\n  got    %.*s\n",
		    rows[i].place, rows[i].value,
		    TSR_ARG(tsr_buf_view(&want)), TSR_ARG(tsr_buf_view(&got)));
	}
	assert_int_equal(bad, 0);
	tsr_buf_free(&got);
	tsr_buf_free(&want);
}

/* Elements of a tree, and all its text. */
static size_t
gather(struct tsr_buf *text, const GumboNode **last, const GumboNode *node)
{
	const GumboVector *children;
	size_t n = 1;
	unsigned i;

	if (node->type != GUMBO_NODE_ELEMENT) {
		tsr_buf_text(text, node->v.text.text);
		return node->type == GUMBO_NODE_COMMENT ? 100 : 0;
	}
	*last = node;
	children = &node->v.element.children;
	for (i = 0; i < children->length; i++)
		n += gather(text, last, children->data[i]);
	return n;
}

static void
unpercent(struct tsr_buf *out, struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n) {
			tsr_buf_byte(out,
			    (uint8_t)(tsr_hex(s.p[i + 1]) * 16 +
				tsr_hex(s.p[i + 2])));
			i += 2;
		} else {
			tsr_buf_byte(out, s.p[i]);
		}
	}
}

/* What a browser would see of the value. */
static void
seen(struct tsr_buf *out, const struct place *place, struct tsr_span html)
{
	GumboOutput *tree = gumbo_parse_with_options(
	    &kGumboDefaultOptions, (const char *)html.p, html.n);
	const GumboNode *last = NULL;
	struct tsr_buf text;

	tsr_buf_init(&text, 1 << 16);
	/* html, head, body and the one of the template */
	assert_int_equal(gather(&text, &last, tree->root), 4);
	if (strstr(place->before, "title=") != NULL ||
	    strstr(place->before, "href=") != NULL) {
		const GumboVector *all;
		const GumboAttribute *attr;
		struct tsr_span value;

		all = &((const GumboNode *)last)->v.element.attributes;
		assert_int_equal(all->length, 1);
		attr = all->data[0];
		value = tsr_span_of(attr->value, strlen(attr->value));
		if (strcmp(place->name, "query") == 0)
			unpercent(out, tsr_span_from(value, 5));
		else if (strcmp(place->name, "seg") == 0)
			unpercent(out, tsr_span_from(value, 3));
		else
			tsr_buf_add(out, value);
	} else {
		tsr_buf_add(out, tsr_buf_view(&text));
	}
	tsr_buf_free(&text);
	gumbo_destroy_output(&kGumboDefaultOptions, tree);
}

static bool
json_is(struct tsr_span text, struct tsr_span value)
{
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json json;
	bool same;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	same = tsr_json_read(&json, &arena, &diag, &sources,
		   tsr_sources_add(&sources, "x", text)) &&
	    tsr_span_eq(tsr_json_text(&json), value);
	tsr_arena_free(&arena);
	return same;
}

static void
test_escape_random_value_is_all_that_a_parser_finds(void **state)
{
	static const char *const bits[] = {"<", ">", "\"", "'", "&", "&lt;",
	    "&#60", "</p>", "</title>", "</script>", "<!--", "-->", "]]>",
	    "<script>", "=", " ", "/", "\r", "\n", "a", "onx=", "{{x}}", "\\",
	    "\342\200\250", "\303\251", "`", "%41", "<svg>", "?", "#", ":"};
	static const char *const where[] = {
	    "text", "rcdata", "dq", "sq", "seg", "query", "json"};
	struct tsr_buf value, html, found;
	uint32_t random = 1;
	size_t i, k;

	(void)state;
	tsr_buf_init(&value, 1 << 16);
	tsr_buf_init(&html, 1 << 16);
	tsr_buf_init(&found, 1 << 16);
	for (i = 0; i < 3000; i++) {
		const struct place *place =
		    find_place(where[i % TSR_COUNT_OF(where)]);
		bool same;

		tsr_buf_clear(&value);
		tsr_buf_clear(&html);
		tsr_buf_clear(&found);
		tsr_buf_byte(&value, 'v');
		for (k = 0; k < 1 + i % 9; k++) {
			random = random * 1664525 + 1013904223;
			tsr_buf_text(&value,
			    bits[(random >> 16) % TSR_COUNT_OF(bits)]);
		}
		tsr_buf_byte(&value, 'v');
		render(&html, place, tsr_buf_view(&value));
		seen(&found, place, tsr_buf_view(&html));
		same = strcmp(place->name, "json") == 0
		    ? json_is(tsr_buf_view(&found), tsr_buf_view(&value))
		    : tsr_span_eq(
			  tsr_buf_view(&found), tsr_buf_view(&value));
		if (!same)
			fail_msg("%s: value %.*s, found %.*s", place->name,
			    TSR_ARG(tsr_buf_view(&value)),
			    TSR_ARG(tsr_buf_view(&found)));
	}
	tsr_buf_free(&value);
	tsr_buf_free(&html);
	tsr_buf_free(&found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_escape_hostile_value_is_harmless_at_every_place),
	    cmocka_unit_test(
		test_escape_random_value_is_all_that_a_parser_finds),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
