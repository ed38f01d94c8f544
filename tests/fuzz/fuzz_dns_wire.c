/*
 * Fuzz target: a DNS answer from anywhere. Besides the sanitizers' findings (ldns leaks count), what wire.h promises
 * must hold: names in one text form that can be asked again, bounds kept, only RRs of the question's chain.
 */
#include "base/base.h"

#include "dns/wire.h"

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_name(const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_*/.\\";
    struct question question = {.name = name, .type = RR_TXT};
    uint8_t packet[WIRE_QUESTION_MAX];
    size_t len;

    check(strspn(name, plain) == strlen(name));
    if (*name != '\0') {
        check(wire_ask(&question, 1, WIRE_RD, packet, &len, NULL) == 0);
        check(wire_question_length(packet, len) > 0);
    }
}

static void check_reply(struct pool *pool, struct reply *reply)
{
    struct reply twice = *reply;
    size_t data = 0;

    check(reply->rr_count <= WIRE_RR_MAX + WIRE_CHAIN_MAX && reply->ns_count <= WIRE_NS_MAX);
    check_name(reply->name);
    check_name(reply->end);
    for (size_t i = 0; i < reply->rr_count; i++) {
        const struct answer_rr *rr = &reply->rr[i];

        check_name(rr->owner);
        if (rr->target) {
            check_name(rr->target);
        }
        check(rr->first_len <= rr->data_len && (rr->data_len == 0 || rr->data));
        data += rr->data_len;
    }
    check(data <= 65535);
    check(!reply->ns_owner || reply->ns_count > 0);
    check(reply_outcome(reply, NULL) <= OUTCOME_DEADLINE);
    reply_append(pool, &twice, reply);
    check(twice.rr_count == 2 * reply->rr_count);
    (void)reply_trim(reply, "zone.example");
    check(reply_outcome(reply, "zone.example") <= OUTCOME_DEADLINE);
}

/* An answer to our question: complete, or a bare header with an error. */
static void check_matching(const uint8_t *data, size_t size)
{
    static const struct question question = {.name = "vm._domainkey.voorbeeld.example", .type = RR_TXT};
    uint8_t asked[WIRE_QUESTION_MAX], completed[WIRE_QUESTION_MAX];
    size_t asked_len, len;

    check(wire_ask(&question, 1, WIRE_RD, asked, &asked_len, NULL) == 0);
    (void)wire_echoes(asked, asked_len, data, size);
    (void)wire_echoes(data, size, data, size);
    if (wire_bare_error(data, size)) {
        len = wire_complete(asked, asked_len, data, completed);
        check(len <= WIRE_QUESTION_MAX && wire_question_length(completed, len) == len - WIRE_HEADER);
        check(wire_id(data) == 1 || !wire_echoes(asked, asked_len, completed, len));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pool *pool = pool_new();
    struct reply reply;

    if (size <= 65535) {
        check_matching(data, size);
        if (wire_read(pool, data, size, &reply, NULL) == 0) {
            check_reply(pool, &reply);
        }
    }
    pool_free(&pool);
    return 0;
}
