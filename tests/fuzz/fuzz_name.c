/*
 * Fuzz target: what somebody types into the domain field. A name that is accepted or offered must be accepted again as
 * itself and be able to stand in DNS.
 */
#include "base/base.h"

#include "app/domain/name_list.h"
#include "mailauth/name.h"
#include "model/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct name_rules *rules, const struct name *name)
{
    struct name_evaluation evaluation;
    struct name again;
    size_t len = strlen(name->ascii);

    promise(len < NAME_ASCII_SIZE && strspn(name->ascii, "abcdefghijklmnopqrstuvwxyz0123456789-.") == len);
    promise(strchr(name->ascii, '.') && !strstr(name->ascii, "..") && name->ascii[0] != '.' &&
            name->ascii[len - 1] != '.');
    promise(name_evaluate(rules, name->ascii, len, &again, &evaluation) == NAME_OK);
    promise(strcmp(again.ascii, name->ascii) == 0 && strcmp(again.unicode, name->unicode) == 0);
    promise(name_within(name->ascii, name_organisational(rules, name->ascii)));
    promise(name_evaluate(rules, name->unicode, strlen(name->unicode), &again, &evaluation) == NAME_OK &&
            name_equal(again.ascii, name->ascii));
}

/* The parts of a pasted list lie in it in order, and none is empty. */
static void split(const char *list, size_t size)
{
    const char *at = list, *before = list, *piece;
    size_t len;
    while (name_list_next(&at, list + size, &piece, &len)) {
        promise(len > 0 && piece >= before && piece + len <= at && at <= list + size);
        before = piece + len;
    }
    promise(at == list + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct name_rules *rules;
    struct name_evaluation evaluation;
    struct name name;

    if (!rules)
        rules = name_rules_new("platform.example");
    if (name_evaluate(rules, (const char *)data, size, &name, &evaluation) == NAME_OK)
        check(rules, &name);
    else if (evaluation.suggested.ascii[0] != '\0')
        check(rules, &evaluation.suggested);
    split((const char *)data, size);
    promise((evaluation.fault == NAME_OK) == (name.ascii[0] != '\0'));
    return 0;
}
