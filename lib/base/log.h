/*
 * One event is one line on stderr: time, level, event name, then key=value.
 * Values are quoted where needed and control characters escaped, so no input
 * can forge a line or drive a terminal. Safe from any thread: one write(2) a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key; /* NULL ends the list */
    const char *s;   /* a string value, or NULL for a number */
    int64_t i;
};

#define LOG_S(k, v) ((struct log_field){.key = (k), .s = (v) ? (v) : "-"})
#define LOG_I(k, v) ((struct log_field){.key = (k), .i = (int64_t)(v)})
/* log_event(LOG_INFO, "check_done", LOG_S("domain", name), LOG_I("ms", 37)); at least one field. */
#define log_event(level, event, ...) log_write(level, event, (const struct log_field[]){__VA_ARGS__, {0}})

/* Events below level are dropped. Default LOG_INFO. Call before starting threads. */
void log_set_level(enum log_level level);
/* "debug", "info", "warn" or "error"; false if it is none of them. */
bool log_level_parse(const char *text, enum log_level *level);

void log_write(enum log_level level, const char *event, const struct log_field *fields);

struct buf;
/* The line that log_write prints, without the time and with its newline; for tests and other sinks. */
void log_format(struct buf *out, enum log_level level, const char *event, const struct log_field *fields);

#endif
