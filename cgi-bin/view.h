/*
 * Templates behind a C interface: only view.cc sees ctemplate. All templates of all languages are loaded when the
 * program starts; rendering takes no lock: keys are static (view_keys.def), and a misspelt one does not compile.
 *
 * A view is a dictionary: values, sections (shown once for each view_section call, else not at all) and included
 * templates. A section sees its parents' values; an included template sees only its own: set all it uses. Values are
 * escaped by the template's context (AUTOESCAPE), {{KEY:x-mail}} for a part of a mailto: URL; raw HTML cannot be
 * inserted. A view and its children live until view_free of the root.
 */
#ifndef CGI_VIEW_H
#define CGI_VIEW_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

enum view_key {
#define KEY(name) K_##name,
#include "view_keys.def"
#undef KEY
    K_COUNT
};

/* Each is templates/<name>.tpl, and also the name of a section or include marker, in capitals. */
enum view_template {
#define TEMPLATE(name) T_##name,
#include "view_templates.def"
#undef TEMPLATE
    T_COUNT
};

/* Loads dir/<lang>/<name>.tpl for every language and template; err names the first that is missing or does not parse.
 * Before threads. */
int view_load(const char *dir, struct err *err);
void view_unload(void);

struct view;
struct view *view_new(enum lang lang);
void view_free(struct view **root);

void view_set(struct view *view, enum view_key key, const char *value); /* copied; NULL is "" */
void view_set_n(struct view *view, enum view_key key, const char *value, size_t len);
void view_set_int(struct view *view, enum view_key key, int64_t value);
void view_show(struct view *view,
               enum view_key section); /* shows {{#SECTION}}…{{/SECTION}} once, with no values of its own */
struct view *view_section(struct view *view,
                          enum view_key section); /* one more {{#SECTION}}…; returns its dictionary */
struct view *view_include(struct view *view, enum view_key include,
                          enum view_template what); /* one more {{>INCLUDE}}; returns its dictionary */

/* Renders into out (over its max: ERR_TOO_LARGE). */
int view_render(struct view *root, enum view_template what, struct buf *out, struct err *err);

/*
 * For tests and debugging: while report is set, each render calls it for every variable of a template that was not set
 * (ctemplate prints nothing for it and takes a lock). file is "nl/error.tpl". NULL ends it. Call before views are made,
 * and before threads.
 */
typedef void view_unset_function(void *arg, const char *file, const char *key);
void view_watch_unset(view_unset_function *report, void *arg);

#ifdef __cplusplus
}
#endif

#endif
