/*
 * mistake - the rule ids of what is wrong with a site's content.
 *
 * One line a rule: its id and what it means. The manual page prints this list;
 * tests/golden has a case named e-<id>... for each.
 */
#ifndef TSR_BUILD_MISTAKE_H
#define TSR_BUILD_MISTAKE_H

/* Files: site.c */
#define TSR_M_UNKNOWN_FILE "C001"   /* a file in a place that nothing reads */
#define TSR_M_BAD_NAME "C002"	    /* a name that is not [a-z0-9][a-z0-9-]* */
#define TSR_M_TOO_LARGE "C003"	    /* a file or a number of files above its cap */
#define TSR_M_UNREADABLE "C004"	    /* the system did not give us the file */
#define TSR_M_BAD_TEXT "C005"	    /* a NUL, or bytes that are not UTF-8 */
#define TSR_M_NO_CONFIG "C006"	    /* there is no tessera.json */
#define TSR_M_UNKNOWN_LOCALE "C007" /* a locale that tessera.json does not name */
#define TSR_M_STRAY_OVERLAY "C008"  /* an overlay with nothing to lie over */
#define TSR_M_FRONT_MATTER "C009"   /* front matter that does not end */
#define TSR_M_TWICE "C010"	    /* two files for one thing */

/* Configuration, components, catalogues: model.c and its neighbours */
#define TSR_M_BASE_URL "C011"	    /* baseUrl is not scheme and host alone */
#define TSR_M_FALLBACK "C012"	    /* a fallback that is no locale, or a loop */
#define TSR_M_NOT_FOUND_PAGE "C013" /* notFound names no page */
#define TSR_M_NO_TEMPLATE "C014"    /* a component or layout without template */
#define TSR_M_NO_MODEL "C015"	    /* a component's template without a model */
#define TSR_M_RECORD_ID "C016"	    /* a record without a usable id */
#define TSR_M_SAME_RECORD "C017"    /* two records with one id */
#define TSR_M_UNKNOWN_RECORD "C018" /* an overlay for a record that is not there */
#define TSR_M_STRING "C019"	    /* a text that a locale lacks (warning) */
#define TSR_M_UNTRANSLATED "C020"   /* a page or entry without a locale's words */

/* Contents and slots: resolve.c and its neighbours */
#define TSR_M_COMPONENT "C021"	    /* an unknown component */
#define TSR_M_LAYOUT "C022"	    /* an unknown layout */
#define TSR_M_ENTRY "C023"	    /* an unknown entry */
#define TSR_M_CYCLE "C024"	    /* entries that contain themselves */
#define TSR_M_DEPTH "C025"	    /* slots nested too deep */
#define TSR_M_SLOT "C026"	    /* a slot that the template does not have */
#define TSR_M_FIELD "C027"	    /* a field that the component does not have */
#define TSR_M_CATALOGUE "C028"	    /* an unknown catalogue */
#define TSR_M_NO_RECORD "C029"	    /* record.* on a page without "for" */
#define TSR_M_RECORD_FIELD "C030"   /* {record.x} or {x} that a record lacks */
#define TSR_M_LIST_SLOT "C031"	    /* a component with slots in a list */
#define TSR_M_FRAGMENT "C032"	    /* a fragment where none can stand */

/* Variants: chain.c */
#define TSR_M_VARIANT_OWNER "C041"  /* variants of something that is not there */
#define TSR_M_PRIORITY "C042"	    /* two variants of a slot, one priority */
#define TSR_M_CHAIN "C043"	    /* _chain.json that does not name them all */
#define TSR_M_NO_CONTENT "C044"	    /* a patch on a slot without such content */
#define TSR_M_TIME "C045"	    /* a moment that does not exist, or end <= start */
#define TSR_M_CHOICES "C046"	    /* more variants than a slot may have */
#define TSR_M_PAGE_PATH "C047"	    /* a page variant that changes the address */
#define TSR_M_BROWSER "C048"	    /* the browser is asked where it cannot be */
#define TSR_M_NO_DATA "C049"	    /* a variant for browsers without {{>tessera}} */
#define TSR_M_MASK "C062"	    /* more bits than a page's mask may have */
#define TSR_M_TRIGGER_SLOT "C064" /* a trigger's slot that no template has */
#define TSR_M_WHY_WORD "C066"	    /* a string why-... that has no use */
#define TSR_M_TRIGGER_FILLED "C068" /* the entry of a trigger fills slots */
#define TSR_M_WHY_FORM "C067"	    /* {{>why}} within a form */
#define TSR_M_NO_TRIGGERS "C065"  /* triggers, and no {{>tessera}} (warning) */
#define TSR_M_PERSONA "C050"	    /* a persona's attribute that does not fit */

/* Addresses: route.c, asset.c */
#define TSR_M_PATH "C051"	    /* a path with characters that it may not have */
#define TSR_M_SAME_PATH "C052"	    /* two pages, aliases or redirects at one path */
#define TSR_M_FOR_PATH "C053"	    /* "for" and a path without {field}, or no "for" */
#define TSR_M_PAGE "C054"	    /* page:ID of a page that is not there */
#define TSR_M_LINK "C055"	    /* a path that this site does not have */
#define TSR_M_ASSET "C056"	    /* a file that is not below templates/assets */
#define TSR_M_IMAGE "C057"	    /* an asset that is not a picture */
#define TSR_M_REDIRECT "C058"	    /* a redirect to nothing, or in a circle */
#define TSR_M_CSS_CYCLE "C060"	    /* style sheets that refer to each other */
#define TSR_M_TEXT "C061"	    /* {{>text:X}} of an attribute without "text" */

#endif
