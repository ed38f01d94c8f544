/*
 * Writing events to stderr. Knows the line's format and its escaping; the callers decide what to log.
 */
#include "base/base.h"

#include "base/log.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static enum log_level least_level = LOG_INFO;
static const char *const level_word[] = {"debug", "info", "warn", "error"};
enum { LINE_MAX_BYTES = 4096 }; /* PIPE_BUF: one write(2) of it is not torn apart */

void log_set_level(enum log_level level)
{
    least_level = level;
}

bool log_level_parse(const char *text, enum log_level *level)
{
    for (size_t i = 0; i < ARRAY_LEN(level_word); i++) {
        if (strcmp(text, level_word[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

/* A value is quoted when it is empty or holds anything but the plain characters of words, numbers, names and addresses.
 */
static void add_value(struct buf *out, const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:/@+,";
    if (*s && s[strspn(s, plain)] == '\0') {
        buf_adds(out, s);
        return;
    }
    struct buf printable;
    buf_init(&printable, 4 * (size_t)LINE_MAX_BYTES);
    buf_add_printable(&printable, s, strlen(s));
    if (printable.len > 1024)
        printable.data[printable.len = 1024] = '\0';
    buf_addc(out, '"');
    for (const char *p = printable.data; *p; p++) {
        if (*p == '"')
            buf_addc(out, '\\');
        buf_addc(out, *p);
    }
    buf_addc(out, '"');
    buf_free(&printable);
}

void log_format(struct buf *out, enum log_level level, const char *event, const struct log_field *fields)
{
    buf_addf(out, "level=%s event=%s", level_word[level], event);
    for (; fields->key; fields++) {
        buf_addf(out, " %s=", fields->key);
        if (fields->s)
            add_value(out, fields->s);
        else
            buf_addf(out, "%" PRId64, fields->i);
    }
    buf_addc(out, '\n');
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    if (level < least_level)
        return;
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    char now[CLOCK_ISO_SIZE];
    clock_iso(clock_wall_ms(), now);
    buf_addf(&line, "time=%s ", now);
    log_format(&line, level, event, fields);
    if (line.data[line.len - 1] != '\n') { /* a field did not fit: the event still gets its own line */
        line.max++;
        buf_addc(&line, '\n');
    }
    for (size_t done = 0; done < line.len;) {
        ssize_t n = write(STDERR_FILENO, line.data + done, line.len - done);
        if (n <= 0)
            break; /* the error itself cannot be logged */
        done += (size_t)n;
    }
    buf_free(&line);
}
