/*
 * DNS messages as values: questions byte for byte, answers built here byte for byte, whole and broken.
 */
#include "unit.h"

#include <ldns/ldns.h>

#include "base/buf.h"
#include "base/random.h"
#include "dns/wire.h"

enum { AA = 0x0400, RA = 0x0080, QR = 0x8000, NXDOMAIN = 3 };
enum { ANSWER = 6, AUTHORITY = 8, ADDITIONAL = 10 }; /* where the counts stand in the header */

static struct pool *pool;

static int start(void **state)
{
    (void)state;
    pool = pool_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    pool_free(&pool);
    return 0;
}

/* --- a packet, built by hand --- */

static void add_u16(struct buf *p, unsigned n)
{
    buf_addc(p, (char)(n >> 8));
    buf_addc(p, (char)n);
}

static void add_name(struct buf *p, const char *name)
{
    while (*name != '\0') {
        size_t len = strcspn(name, ".");
        buf_addc(p, (char)len);
        buf_add(p, name, len);
        name += len + (name[len] == '.');
    }
    buf_addc(p, '\0');
}

static struct buf packet(unsigned flags, const char *name, int type)
{
    struct buf p;

    buf_init(&p, 70000);
    add_u16(&p, 0x1234);
    add_u16(&p, QR | flags);
    add_u16(&p, 1);
    for (int i = 0; i < 3; i++) {
        add_u16(&p, 0);
    }
    add_name(&p, name);
    add_u16(&p, (unsigned)type);
    add_u16(&p, 1);
    return p;
}

static void add_rr(struct buf *p, int section, const char *owner, int type, const void *rdata, size_t len)
{
    uint8_t *count = (uint8_t *)p->data + section;

    count[0] = (uint8_t)(count[0] + (count[1] == 255));
    count[1]++;
    add_name(p, owner);
    add_u16(p, (unsigned)type);
    add_u16(p, 1);
    add_u16(p, 0);
    add_u16(p, 300);
    add_u16(p, (unsigned)len);
    buf_add(p, rdata, len);
}

static void add_name_rr(struct buf *p, int section, const char *owner, int type, const char *target)
{
    struct buf rdata;

    buf_init(&rdata, 300);
    add_name(&rdata, target);
    add_rr(p, section, owner, type, rdata.data, rdata.len);
    buf_free(&rdata);
}

static void add_soa(struct buf *p, const char *owner)
{
    struct buf rdata;

    buf_init(&rdata, 300);
    add_name(&rdata, "ns");
    add_name(&rdata, "host");
    for (int i = 0; i < 5; i++) {
        add_u16(&rdata, 0);
        add_u16(&rdata, 60);
    }
    add_rr(p, AUTHORITY, owner, RR_SOA, rdata.data, rdata.len);
    buf_free(&rdata);
}

/* Reads and frees the packet. */
static int read_packet(struct buf *p, struct reply *reply)
{
    int rc = wire_read(pool, (const uint8_t *)p->data, p->len, reply, NULL);

    buf_free(p);
    return rc;
}

/* --- questions --- */

static void question_bytes(void **state)
{
    static const uint8_t wanted[] =
        "\xab\xcd\x01\x20\0\1\0\0\0\0\0\1\1k\2nl\0\0\x10\0\1\0\0\x29\x04\xd0\0\0\x80\0\0"; /* and the literal's NUL */
    struct question question = {.name = "k.nl", .type = RR_TXT};
    uint8_t out[WIRE_QUESTION_MAX];
    size_t len;

    (void)state;
    assert_int_equal(wire_ask(&question, 0xabcd, WIRE_RD | WIRE_AD | WIRE_DO, out, &len, NULL), 0);
    assert_int_equal(len, sizeof(wanted));
    assert_memory_equal(out, wanted, len);
    assert_int_equal(wire_ask(&question, 1, WIRE_PLAIN, out, &len, NULL), 0);
    assert_int_equal(len, sizeof(wanted) - 11);
    assert_int_equal(out[2], 0);
}

static void names_that_cannot_be_asked(void **state)
{
    static const char *const bad[] = {"", "a..b", ".a",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.nl"};
    struct question question = {.type = RR_TXT};
    uint8_t out[WIRE_QUESTION_MAX];
    struct err err;
    size_t len;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        question.name = bad[i];
        if (wire_ask(&question, 1, 0, out, &len, &err) != ERR_MALFORMED) {
            fail_msg("\"%s\" was taken", bad[i]);
        }
    }
}

static void echo(void **state)
{
    struct question question = {.name = "k.zone.nl", .type = RR_TXT};
    uint8_t asked[WIRE_QUESTION_MAX], got[WIRE_QUESTION_MAX];
    size_t len;

    (void)state;
    assert_int_equal(wire_ask(&question, 77, 0, asked, &len, NULL), 0);
    memcpy(got, asked, len);
    assert_false(wire_echoes(asked, len, got, len)); /* QR is not set: our own packet come back */
    got[2] |= 0x80;
    assert_true(wire_echoes(asked, len, got, len));
    got[13] = 'K';
    assert_true(wire_echoes(asked, len, got, len));
    got[13] = 'j';
    assert_false(wire_echoes(asked, len, got, len));
    got[13] = 'k';
    got[0] ^= 1;
    assert_false(wire_echoes(asked, len, got, len));
    got[0] ^= 1;
    got[2] |= 0x28; /* another opcode */
    assert_false(wire_echoes(asked, len, got, len));
    got[2] = 0x80;
    for (size_t size = 0; size < 12 + 11 + 4; size++) {
        assert_false(wire_echoes(asked, len, got, size));
    }
}

/* --- answers --- */

static void txt_strings(void **state)
{
    struct buf p = packet(AA, "K.Zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_rr(&p, ANSWER, "k.zone.NL", RR_TXT, "\3abc\0\2\xff\0", 8);
    add_rr(&p, ANSWER, "k.zone.nl", RR_TXT, "", 0);
    add_rr(&p, ANSWER, "other.zone.nl", RR_TXT, "\1x", 2);
    add_rr(&p, ANSWER, "k.zone.nl", RR_A, "\1\2\3\4", 4);
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_int_equal(reply.rr_count, 2);
    assert_string_equal(reply.rr[0].owner, "k.zone.nl");
    assert_int_equal(reply.rr[0].ttl, 300);
    assert_int_equal(reply.rr[0].data_len, 5);
    assert_memory_equal(reply.rr[0].data, "abc\xff\0", 5);
    assert_int_equal(reply.rr[0].first_len, 3);
    assert_non_null(reply.rr[1].data);
    assert_int_equal(reply.rr[1].data_len, 0);
    assert_int_equal(reply_outcome(&reply, "zone.nl"), OUTCOME_DATA);
    assert_true(reply.aa && reply.answered && !reply.ad && !reply.ra && !reply.opt);
}

static void chain_is_walked_in_order(void **state)
{
    struct buf p = packet(AA, "a.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_rr(&p, ANSWER, "c.zone.nl", RR_TXT, "\1x", 2);
    add_name_rr(&p, ANSWER, "b.zone.nl", RR_CNAME, "c.zone.nl");
    add_name_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, "B.zone.nl");
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_int_equal(reply.rr_count, 3);
    assert_string_equal(reply.rr[0].target, "b.zone.nl");
    assert_string_equal(reply.rr[1].target, "c.zone.nl");
    assert_int_equal(reply.rr[2].type, RR_TXT);
    assert_false(reply_trim(&reply, "zone.nl"));
    assert_int_equal(reply.rr_count, 3);
}

static void chain_that_leaves_the_zone_is_cut(void **state)
{
    struct buf p = packet(AA | NXDOMAIN, "a.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_name_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, "b.zone.nl");
    add_name_rr(&p, ANSWER, "b.zone.nl", RR_CNAME, "c.notzone.nl");
    add_rr(&p, ANSWER, "c.notzone.nl", RR_TXT, "\1x", 2);
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_true(reply_trim(&reply, "zone.nl"));
    assert_int_equal(reply.rr_count, 2);
    assert_string_equal(reply.end, "c.notzone.nl");
    assert_false(reply.answered);
    assert_int_equal(reply_outcome(&reply, "zone.nl"), OUTCOME_DATA);
}

static void chain_without_end_in_the_zone(void **state)
{
    struct buf p = packet(AA, "a.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_name_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, "b.zone.nl");
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_true(reply_trim(&reply, "zone.nl")); /* the server did not say that there is no more */

    p = packet(AA, "a.zone.nl", RR_TXT);
    add_name_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, "b.zone.nl");
    add_soa(&p, "zone.nl");
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_false(reply_trim(&reply, "zone.nl"));

    p = packet(AA, "a.zone.nl", RR_CNAME); /* the CNAME itself was asked for: nothing to follow */
    add_name_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, "other.example");
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_false(reply_trim(&reply, "zone.nl"));
    assert_true(reply.answered);
}

static void loops_end(void **state)
{
    struct buf p = packet(AA, "a.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_name_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, "b.zone.nl");
    add_name_rr(&p, ANSWER, "b.zone.nl", RR_CNAME, "a.zone.nl");
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_true(reply.loop);
    assert_int_equal(reply.rr_count, 2);
    assert_false(reply_trim(&reply, "zone.nl"));

    p = packet(AA, "n0.zone.nl", RR_TXT);
    for (int i = 0; i < 40; i++) {
        const char *owner = pool_printf(pool, "n%d.zone.nl", i), *target = pool_printf(pool, "n%d.zone.nl", i + 1);
        add_name_rr(&p, ANSWER, owner, RR_CNAME, target);
    }
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_true(reply.loop);
    assert_int_equal(reply.rr_count, WIRE_CHAIN_MAX);
}

static void dname_above(void **state)
{
    struct buf p = packet(AA, "k.d.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_name_rr(&p, ANSWER, "d.zone.nl", RR_DNAME, "e.zone.nl");
    add_name_rr(&p, ANSWER, "k.d.zone.nl", RR_CNAME, "k.e.zone.nl");
    add_rr(&p, ANSWER, "k.e.zone.nl", RR_TXT, "\1x", 2);
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_int_equal(reply.rr_count, 3);
    assert_int_equal(reply.rr[0].type, RR_DNAME);
    assert_string_equal(reply.rr[0].target, "e.zone.nl");
}

static void negative_answers(void **state)
{
    struct buf p = packet(AA | NXDOMAIN, "a.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_soa(&p, "zone.nl");
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_string_equal(reply.soa, "zone.nl");
    assert_int_equal(reply.negative_ttl, 60);
    assert_int_equal(reply_outcome(&reply, "zone.nl"), OUTCOME_NXDOMAIN);
    reply.rcode = 0;
    assert_int_equal(reply_outcome(&reply, "zone.nl"), OUTCOME_NODATA);
    reply.aa = false;
    assert_int_equal(reply_outcome(&reply, "zone.nl"), OUTCOME_LAME);
    assert_int_equal(reply_outcome(&reply, NULL), OUTCOME_LAME);
    reply.ra = true;
    assert_int_equal(reply_outcome(&reply, NULL), OUTCOME_NODATA);
}

static void referrals(void **state)
{
    static const struct {
        const char *zone;
        enum outcome outcome;
    } cases[] = {{"d.zone.nl", OUTCOME_REFERRAL},
                 {"x.zone.nl", OUTCOME_LAME},
                 {"zone.nl", OUTCOME_LAME},
                 {"nl", OUTCOME_LAME},
                 {"", OUTCOME_LAME}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf p = packet(0, "k.d.zone.nl", RR_TXT);
        struct reply reply;

        add_name_rr(&p, AUTHORITY, cases[i].zone, RR_NS, "ns1.other.nl");
        add_name_rr(&p, AUTHORITY, cases[i].zone, RR_NS, "ns2.other.nl");
        add_name_rr(&p, AUTHORITY, "other.example", RR_NS, "ns3.other.nl");
        assert_int_equal(read_packet(&p, &reply), 0);
        assert_string_equal(reply.ns_owner, cases[i].zone);
        assert_int_equal(reply.ns_count, 2);
        assert_string_equal(reply.ns[1], "ns2.other.nl");
        assert_int_equal(reply_outcome(&reply, "zone.nl"), cases[i].outcome);
    }
}

static void rcodes(void **state)
{
    static const enum outcome wanted[] = {OUTCOME_NODATA,   OUTCOME_SERVFAIL, OUTCOME_SERVFAIL, OUTCOME_NXDOMAIN,
                                          OUTCOME_REFUSED,  OUTCOME_REFUSED,  OUTCOME_SERVFAIL, OUTCOME_SERVFAIL,
                                          OUTCOME_SERVFAIL, OUTCOME_REFUSED};
    (void)state;
    for (unsigned rcode = 0; rcode < ARRAY_LEN(wanted); rcode++) {
        struct buf p = packet(AA | RA | rcode, "a.zone.nl", RR_TXT);
        struct reply reply;

        assert_int_equal(read_packet(&p, &reply), 0);
        assert_int_equal(reply_outcome(&reply, "zone.nl"), wanted[rcode]);
        assert_int_equal(reply_outcome(&reply, NULL), wanted[rcode]);
    }
}

static void names_as_text(void **state)
{
    static const uint8_t target[] = "\5\xff\0.\\Y\4zone\2nl";
    struct buf p = packet(AA, "a.zone.nl", RR_CNAME);
    struct reply reply;

    (void)state;
    add_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, target, sizeof(target));
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_string_equal(reply.rr[0].target, "\\255\\000\\046\\092y.zone.nl");
}

/* --- what is no answer --- */

static void refused_whole(void **state)
{
    struct reply reply;
    struct buf p;

    (void)state;
    for (int type = 249; type <= 251; type++) { /* TKEY may be there; TSIG (250) not */
        p = packet(AA, "a.zone.nl", RR_TXT);
        add_rr(&p, ADDITIONAL, "", type, "", 0);
        assert_int_equal(read_packet(&p, &reply) == 0, type != 250);
    }
    p = packet(AA, "a.zone.nl", RR_TXT);
    add_rr(&p, ADDITIONAL, "", 41, "\0\x0a\0\2ab", 6);
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_true(reply.opt);
    p = packet(AA, "a.zone.nl", RR_TXT);
    add_rr(&p, ADDITIONAL, "", 41, "\0\x0a\0\2ab", 6);
    add_rr(&p, ADDITIONAL, "", 41, "\0\x0a\0\2ab", 6);
    assert_int_equal(read_packet(&p, &reply), ERR_MALFORMED);
    p = packet(AA, "a.zone.nl", RR_TXT);
    for (int i = 0; i <= WIRE_RR_MAX; i++) {
        add_rr(&p, ANSWER, "a.zone.nl", RR_TXT, "\1x", 2);
    }
    assert_int_equal(read_packet(&p, &reply), ERR_MALFORMED);
    p = packet(AA, "a.zone.nl", RR_TXT);
    p.data[5] = 2; /* two questions */
    assert_int_equal(read_packet(&p, &reply), ERR_MALFORMED);
}

static void every_cut_is_malformed(void **state)
{
    struct buf p = packet(AA, "a.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_name_rr(&p, ANSWER, "a.zone.nl", RR_CNAME, "b.zone.nl");
    add_rr(&p, ANSWER, "b.zone.nl", RR_TXT, "\3abc\3def", 8);
    add_soa(&p, "zone.nl");
    for (size_t len = 0; len < p.len; len++) {
        uint8_t *exact = mem_alloc(len + 1); /* so that the sanitizer sees a read past the end */
        memcpy(exact, p.data, len);
        assert_int_equal(wire_read(pool, exact, len, &reply, NULL), ERR_MALFORMED);
        free(exact);
    }
    buf_addc(&p, 'x'); /* behind the counted records: ignored */
    assert_int_equal(read_packet(&p, &reply), 0);
}

static void pointers_go_backwards(void **state)
{
    static const uint8_t pointers[][2] = {{0xc0, 27}, {0xc0, 28}, {0xc0, 200}, {0xff, 0xff}};
    struct reply reply;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pointers); i++) {
        struct buf p = packet(AA, "a.zone.nl", RR_TXT); /* 12 + 11 + 4 = 27 bytes */

        assert_int_equal(p.len, 27);
        p.data[ANSWER + 1] = 1;
        buf_add(&p, pointers[i], 2);
        buf_add(&p, "\0\x10\0\1\0\0\0\1\0\2\1x", 12);
        assert_int_equal(read_packet(&p, &reply), ERR_MALFORMED);
    }
}

static void bare_errors(void **state)
{
    static const bool wanted[16] = {[1] = true, [2] = true, [4] = true, [5] = true};
    uint8_t header[WIRE_HEADER] = {0, 1, 0x84, 0};

    (void)state;
    for (unsigned rcode = 0; rcode < 16; rcode++) {
        header[3] = (uint8_t)rcode;
        assert_int_equal(wire_bare_error(header, sizeof(header)), wanted[rcode]);
    }
    header[3] = 1;
    assert_false(wire_bare_error(header, sizeof(header) - 1));
    header[2] = 4;
    assert_false(wire_bare_error(header, sizeof(header)));
}

static void the_question_is_put_behind_a_bare_header(void **state)
{
    static const uint8_t header[WIRE_HEADER] = {0x12, 0x34, 0x84, 1};
    struct question question = {.name = "k.zone.nl", .type = RR_TXT};
    uint8_t asked[WIRE_QUESTION_MAX], out[WIRE_QUESTION_MAX];
    size_t asked_len, len;

    (void)state;
    assert_int_equal(wire_ask(&question, 0x1234, 0, asked, &asked_len, NULL), 0);
    len = wire_complete(asked, asked_len, header, out);
    assert_int_equal(len, WIRE_HEADER + 11 + 4);
    assert_true(wire_echoes(asked, asked_len, out, len));
    assert_true(wire_strip_opt(asked, &asked_len));
    assert_int_equal(asked_len, len);
    assert_false(wire_strip_opt(asked, &asked_len));
    assert_true(wire_echoes(asked, asked_len, out, len));
}

static void same_as_ldns(const char *text)
{
    struct question question = {.name = text, .type = RR_TXT};
    ldns_rdf *name = ldns_dname_new_frm_str(text);
    uint8_t asked[WIRE_QUESTION_MAX];
    size_t len;
    int rc = wire_ask(&question, 1, 0, asked, &len, NULL);

    if (!name) {
        assert_int_equal(rc, ERR_MALFORMED);
        return;
    }
    assert_int_equal(rc, 0);
    assert_int_equal(wire_question_length(asked, len), ldns_rdf_size(name) + 4);
    assert_memory_equal(asked + WIRE_HEADER, ldns_rdf_data(name), ldns_rdf_size(name));
    ldns_rdf_deep_free(name);
}

/* Names in text form to bytes: what ldns makes of them, and what it refuses. */
static void names_are_read_as_ldns_reads_them(void **state)
{
    static const char characters[] = "ab.\\0129";
    static const char *const cases[] = {
        "",        ".",       "..",   "a..b",  ".a",  "a.",   "a..",          "\\.",    "\\.a.b",
        "\\255.a", "\\256.a", "\\25", "\\25a", "a\\", "a.\\", "\\000\\001.x", "\\\\.a", "*.a_b.c/d",
    };
    char text[600];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        same_as_ldns(cases[i]);
    }
    for (size_t label = 60; label < 67; label++) { /* labels and whole names about as long as they may be */
        for (size_t len = 245; len < 262; len++) {
            for (size_t i = 0; i < len; i++) {
                text[i] = i % (label + 1) == label ? '.' : 'x';
            }
            text[len] = '\0';
            same_as_ldns(text);
        }
    }
    for (int n = 0; n < 20000; n++) {
        size_t len = random_below(24);

        for (size_t i = 0; i < len; i++) {
            text[i] = characters[random_below(sizeof(characters) - 1)];
        }
        text[len] = '\0';
        same_as_ldns(text);
    }
}

/* Neither an answer nor a denial: as if it did not parse. Records of the name in another type are a denial, though a
 * clumsy one. */
static void records_of_other_names_only(void **state)
{
    struct buf p = packet(AA, "k.zone.nl", RR_TXT);
    struct reply reply;

    (void)state;
    add_rr(&p, ANSWER, "evil.nl", RR_TXT, "\4evil", 5);
    assert_int_equal(read_packet(&p, &reply), ERR_MALFORMED);
    p = packet(AA, "k.zone.nl", RR_TXT);
    add_rr(&p, ANSWER, "evil.nl", RR_TXT, "\4evil", 5);
    add_rr(&p, ANSWER, "K.Zone.nl", RR_TXT, "\4good", 5);
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_int_equal(reply.rr_count, 1);
    p = packet(AA, "k.zone.nl", RR_CNAME);
    add_rr(&p, ANSWER, "k.zone.nl", RR_TXT, "\4text", 5);
    assert_int_equal(read_packet(&p, &reply), 0);
    assert_int_equal(reply_outcome(&reply, "zone.nl"), OUTCOME_NODATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question_bytes),
        cmocka_unit_test(names_that_cannot_be_asked),
        cmocka_unit_test(echo),
        cmocka_unit_test(txt_strings),
        cmocka_unit_test(chain_is_walked_in_order),
        cmocka_unit_test(chain_that_leaves_the_zone_is_cut),
        cmocka_unit_test(chain_without_end_in_the_zone),
        cmocka_unit_test(loops_end),
        cmocka_unit_test(dname_above),
        cmocka_unit_test(negative_answers),
        cmocka_unit_test(referrals),
        cmocka_unit_test(rcodes),
        cmocka_unit_test(names_as_text),
        cmocka_unit_test(refused_whole),
        cmocka_unit_test(records_of_other_names_only),
        cmocka_unit_test(every_cut_is_malformed),
        cmocka_unit_test(pointers_go_backwards),
        cmocka_unit_test(bare_errors),
        cmocka_unit_test(the_question_is_put_behind_a_bare_header),
        cmocka_unit_test(names_are_read_as_ldns_reads_them),
    };
    return cmocka_run_group_tests(tests, start, end);
}
