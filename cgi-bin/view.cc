/*
 * Templates behind a C interface. Owns the template cache and is the only file that sees ctemplate (and C++). Knows no
 * page and no text: the pages decide what to show, the templates how.
 *
 * Keys are StaticTemplateStrings because ctemplate hashes a run-time string under a process-wide lock at every use. The
 * cache is our own and frozen, so that rendering reads no file and takes no write lock.
 */
#include <deque>
#include <string>

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template_annotator.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>
#include <ctemplate/template_emitter.h>
#include <ctemplate/template_modifiers.h>
#include <ctemplate/template_string.h>

/* After C++'s own headers: those use functions that base.h bans. */
#include "base/base.h"

#include "view.h"

using ctemplate::StaticTemplateString;
using ctemplate::TemplateCache;
using ctemplate::TemplateDictionary;
using ctemplate::TemplateString;

#define KEY(name) static const StaticTemplateString key_##name = STS_INIT(key_##name, #name);
#include "view_keys.def"
#undef KEY

static const StaticTemplateString *const keys[] = {
#define KEY(name) &key_##name,
#include "view_keys.def"
#undef KEY
};

static const char *const template_names[] = {
#define TEMPLATE(name) #name,
#include "view_templates.def"
#undef TEMPLATE
};

/* Removes blank lines only: STRIP_WHITESPACE also removes line ends and so joins words of neighbouring lines. */
static const ctemplate::Strip strip = ctemplate::STRIP_BLANK_LINES;

/* While unset keys are watched, replaces a value that was set to "". No template or value contains it. */
static const char SET_BUT_EMPTY = '\x01';

static TemplateCache *cache;
static std::string files[LANG_COUNT][T_COUNT]; /* "nl/error.tpl" */
static view_unset_function *unset_report;
static void *unset_arg;

struct view_tree; /* shared by the views of one root */

struct view {
    TemplateDictionary *dict;
    view_tree *tree;
};

struct view_tree {
    TemplateDictionary dict;
    enum lang lang;
    view root;
    std::deque<view> children; /* a deque: pointers to its elements remain valid as it grows */

    /* Without a name: the name of each section is built from its parent's, and short ones allocate no memory. */
    explicit view_tree(enum lang l) : dict(""), lang(l), root{&dict, this}, children()
    {
    }
};

/* No exception crosses into C. For callers without an error argument: the only possible exception is out of memory. */
template <typename F> static auto or_abort(F f) -> decltype(f())
{
    try {
        return f();
    } catch (...) {
        abort();
    }
}

/*
 * {{KEY:x-mail}}: a part of a mailto: URL (RFC 6068 5), where :url_query_escape would make a + of each space, which
 * mail programs show literally. Outputs only unreserved characters and %XX, which are safe in any context.
 */
class MailPart : public ctemplate::TemplateModifier
{
  public:
    void Modify(const char *in, size_t len, const ctemplate::PerExpandData *, ctemplate::ExpandEmitter *out,
                const std::string &) const override
    {
        static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        static const char hex[] = "0123456789ABCDEF";
        for (size_t i = 0; i < len; i++) {
            unsigned char c = (unsigned char)in[i];
            if (c == '\n')
                out->Emit("%0D%0A", 6);
            else if (c && strchr(plain, c))
                out->Emit((char)c);
            else {
                out->Emit('%');
                out->Emit(hex[c >> 4]);
                out->Emit(hex[c & 15]);
            }
        }
    }
};
static const MailPart mail_part;

static int load_one(const char *dir, enum lang lang, int what, struct err *err)
{
    std::string &file = files[lang][what];
    file = std::string(lang_code(lang)) + "/" + template_names[what] + ".tpl";
    if (cache->FindTemplateFilename(file).empty())
        return err_set(err, ERR_CONFIG, "template %s/%s is missing", dir, file.c_str());
    if (!cache->LoadTemplate(file, strip))
        return err_set(err, ERR_CONFIG, "template %s/%s does not parse", dir, file.c_str());
    return 0;
}

static int load_all(const char *dir, struct err *err)
{
    ctemplate::AddXssSafeModifier("x-mail", &mail_part); /* false if it is registered already */
    cache = new TemplateCache;
    if (!cache->SetTemplateRootDirectory(dir))
        return err_set(err, ERR_CONFIG, "template folder %s cannot be used", dir);
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (int what = 0; what < T_COUNT; what++) {
            int rc = load_one(dir, (enum lang)lang, what, err);
            if (rc < 0)
                return rc;
        }
    cache->Freeze();
    return 0;
}

int view_load(const char *dir, struct err *err)
{
    view_unload();
    try {
        int rc = load_all(dir, err);
        if (rc < 0)
            view_unload();
        return rc;
    } catch (...) {
        return err_set(err, ERR_FAULT, "templates of %s: exception while loading", dir);
    }
}

void view_unload(void)
{
    delete cache;
    cache = nullptr;
}

void view_watch_unset(view_unset_function *report, void *arg)
{
    unset_report = report;
    unset_arg = arg;
}

struct view *view_new(enum lang lang)
{
    return or_abort([&] { return &(new view_tree(lang))->root; });
}

void view_free(struct view **root)
{
    if (!*root)
        return;
    delete (*root)->tree;
    *root = nullptr;
}

void view_set_n(struct view *view, enum view_key key, const char *value, size_t len)
{
    if (len == 0 && unset_report) {
        value = &SET_BUT_EMPTY;
        len = 1;
    }
    or_abort([&] { view->dict->SetValue(*keys[key], TemplateString(len ? value : "", len)); });
}

void view_set(struct view *view, enum view_key key, const char *value)
{
    view_set_n(view, key, value, value ? strlen(value) : 0);
}

void view_set_int(struct view *view, enum view_key key, int64_t value)
{
    or_abort([&] { view->dict->SetIntValue(*keys[key], (long)value); });
}

void view_show(struct view *view, enum view_key section)
{
    or_abort([&] { view->dict->ShowSection(*keys[section]); });
}

static struct view *child_new(struct view *parent, TemplateDictionary *dict)
{
    parent->tree->children.push_back(view{dict, parent->tree});
    return &parent->tree->children.back();
}

struct view *view_section(struct view *view, enum view_key section)
{
    return or_abort([&] { return child_new(view, view->dict->AddSectionDictionary(*keys[section])); });
}

struct view *view_include(struct view *view, enum view_key include, enum view_template what)
{
    return or_abort([&] {
        TemplateDictionary *dict = view->dict->AddIncludeDictionary(*keys[include]);
        dict->SetFilename(files[view->tree->lang][what]);
        return child_new(view, dict);
    });
}

namespace
{

class BufEmitter : public ctemplate::ExpandEmitter
{
  public:
    explicit BufEmitter(struct buf *out) : out_(out)
    {
    }
    void Emit(char c) override
    {
        buf_addc(out_, c);
    }
    void Emit(const std::string &s) override
    {
        buf_add(out_, s.data(), s.size());
    }
    void Emit(const char *s) override
    {
        buf_adds(out_, s);
    }
    void Emit(const char *s, size_t len) override
    {
        buf_add(out_, s, len);
    }

  private:
    struct buf *out_;
};

/*
 * Uses ctemplate's annotation mode, which reports where each variable begins and ends: a variable with no output was
 * never set, since an empty value prints SET_BUT_EMPTY while watched. Adds nothing to the output itself.
 */
class UnsetWatch : public ctemplate::TemplateAnnotator
{
  public:
    explicit UnsetWatch(const struct buf *out) : out_(out), file_(), name_(), start_(0)
    {
    }
    void EmitOpenInclude(ctemplate::ExpandEmitter *, const std::string &) override
    {
    }
    void EmitCloseInclude(ctemplate::ExpandEmitter *) override
    {
    }
    void EmitOpenFile(ctemplate::ExpandEmitter *, const std::string &path) override
    {
        size_t name = path.rfind('/');
        size_t lang = name == std::string::npos || name == 0 ? std::string::npos : path.rfind('/', name - 1);
        file_.push_back(lang == std::string::npos ? path : path.substr(lang + 1));
    }
    void EmitCloseFile(ctemplate::ExpandEmitter *) override
    {
        file_.pop_back();
    }
    void EmitOpenSection(ctemplate::ExpandEmitter *, const std::string &) override
    {
    }
    void EmitCloseSection(ctemplate::ExpandEmitter *) override
    {
    }
    void EmitOpenVariable(ctemplate::ExpandEmitter *, const std::string &name) override
    {
        name_ = name.substr(0, name.find(':')); /* without its modifiers */
        start_ = out_->len;
    }
    void EmitCloseVariable(ctemplate::ExpandEmitter *) override
    {
        if (out_->len == start_ && !out_->overflowed)
            unset_report(unset_arg, file_.empty() ? "" : file_.back().c_str(), name_.c_str());
    }
    void EmitFileIsMissing(ctemplate::ExpandEmitter *, const std::string &) override
    {
    }

  private:
    const struct buf *out_;
    std::deque<std::string> file_;
    std::string name_;
    size_t start_;
};

} // namespace

static void drop_marks(struct buf *out, size_t from)
{
    size_t to = from;
    for (size_t i = from; i < out->len; i++)
        if (out->data[i] != SET_BUT_EMPTY)
            out->data[to++] = out->data[i];
    out->data[to] = '\0';
    out->len = to;
}

static bool expand(struct view *root, const std::string &file, struct buf *out)
{
    ctemplate::PerExpandData data;
    BufEmitter emitter(out);
    if (!unset_report)
        return cache->ExpandNoLoad(file, strip, root->dict, &data, &emitter);
    UnsetWatch watch(out);
    size_t from = out->len;
    data.SetAnnotator(&watch);
    data.SetAnnotateOutput("");
    bool ok = cache->ExpandNoLoad(file, strip, root->dict, &data, &emitter);
    drop_marks(out, from);
    return ok;
}

int view_render(struct view *root, enum view_template what, struct buf *out, struct err *err)
{
    if (!cache)
        return err_set(err, ERR_FAULT, "template %s: no templates are loaded", template_names[what]);
    const std::string &file = files[root->tree->lang][what];
    bool ok = false;
    try {
        ok = expand(root, file, out);
    } catch (...) {
        ok = false;
    }
    if (!ok)
        return err_set(err, ERR_FAULT, "template %s did not render", file.c_str());
    if (out->overflowed)
        return err_set(err, ERR_TOO_LARGE, "template %s: page is larger than %zu bytes", file.c_str(), out->max);
    return 0;
}
