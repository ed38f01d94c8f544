/*
 * The wire format, by ldns: questions to packets, packets to values (RFC 1035 4, RFC 6891, RFC 2308). A walk over the
 * records rejects what ldns 1.8.3 cannot take before ldns sees the packet. Knows no sockets and no time, and evaluates
 * only whether an answer is one.
 */
#include "base/base.h"

#include <ldns/ldns.h>

#include "base/buf.h"
#include "dns/wire.h"
#include "model/name.h"

_Static_assert(WIRE_HEADER + LDNS_MAX_DOMAINLEN + 4 + 11 <= WIRE_QUESTION_MAX, "the longest question has room");
enum { NAME_TEXT_MAX = 4 * LDNS_MAX_DOMAINLEN + 1, NAME_HOPS_MAX = 127, TTL_MAX = 0x7fffffff, OPT_BYTES = 11 };

/* --- questions --- */

static uint8_t *put_16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static uint8_t *put_header(uint8_t *at, uint16_t id, unsigned flags)
{
    unsigned bits =
        ((flags & WIRE_RD) ? 0x0100 : 0) | ((flags & WIRE_AD) ? 0x0020 : 0) | ((flags & WIRE_CD) ? 0x0010 : 0);

    at = put_16(at, id);
    at = put_16(at, bits);
    at = put_16(at, 1); /* QDCOUNT */
    at = put_16(at, 0);
    at = put_16(at, 0);
    return put_16(at, (flags & WIRE_PLAIN) ? 0 : 1); /* ARCOUNT */
}

/* RFC 6891 6.1.2: the root's name, our size where other records have a class, the flags in the TTL, no options. */
static uint8_t *put_opt(uint8_t *at, unsigned flags)
{
    *at++ = 0;
    at = put_16(at, LDNS_RR_TYPE_OPT);
    at = put_16(at, WIRE_EDNS_SIZE);
    at = put_16(at, 0);
    at = put_16(at, (flags & WIRE_DO) ? 0x8000 : 0);
    return put_16(at, 0);
}

/* One character of a name in text form, escaped or not (RFC 1035 5.1); -1: none. */
static int take_character(const char **text)
{
    const char *at = *text;
    unsigned value = (uint8_t)*at++;

    if (value == '\\' && at[0] >= '0' && at[0] <= '9') {
        if (at[1] < '0' || at[1] > '9' || at[2] < '0' || at[2] > '9') {
            return -1;
        }
        value = (unsigned)(at[0] - '0') * 100 + (unsigned)(at[1] - '0') * 10 + (unsigned)(at[2] - '0');
        at += 3;
    } else if (value == '\\') {
        value = (uint8_t)*at++;
        if (value == '\0') {
            return -1;
        }
    }
    *text = at;
    return value <= UINT8_MAX ? (int)value : -1;
}

/* A name in text form, with or without the final dot, to bytes; returns their number, 0: it is no DNS name. */
static size_t put_name(const char *text, uint8_t out[LDNS_MAX_DOMAINLEN])
{
    size_t at = 1, label = 0;

    if (strcmp(text, ".") == 0) {
        out[0] = 0;
        return 1;
    }
    while (*text != '\0') {
        bool ends = *text == '.';
        int character = take_character(&text);

        if (ends) {
            if (at == label + 1) {
                return 0; /* an empty label */
            }
            out[label] = (uint8_t)(at - label - 1);
            label = at++;
        } else {
            if (character < 0 || at - label > LDNS_MAX_LABELLEN || at >= LDNS_MAX_DOMAINLEN) {
                return 0;
            }
            out[at++] = (uint8_t)character;
        }
        if (at > LDNS_MAX_DOMAINLEN) {
            return 0;
        }
    }
    if (at > label + 1) { /* no final dot */
        out[label] = (uint8_t)(at - label - 1);
        label = at++;
    }
    if (label == 0 || at > LDNS_MAX_DOMAINLEN) {
        return 0;
    }
    out[label] = 0;
    return at;
}

/* One question needs no compression, and a sweep run asks a million: allocates no memory. */
int wire_ask(const struct question *question, uint16_t id, unsigned flags, uint8_t out[WIRE_QUESTION_MAX], size_t *len,
             struct err *err)
{
    uint8_t *at = put_header(out, id, flags);
    size_t name = put_name(question->name, at);

    if (name == 0) {
        return err_set(err, ERR_MALFORMED, "no DNS name: %s", question->name);
    }
    at = put_16(at + name, (unsigned)question->type);
    at = put_16(at, LDNS_RR_CLASS_IN);
    if (!(flags & WIRE_PLAIN)) {
        at = put_opt(at, flags);
    }
    *len = (size_t)(at - out);
    return 0;
}

bool wire_strip_opt(uint8_t *packet, size_t *len)
{
    if (LDNS_ARCOUNT(packet) == 0) {
        return false;
    }
    put_16(packet + 10, 0); /* ARCOUNT */
    *len -= OPT_BYTES;
    return true;
}

/* --- inspecting packets without parsing them --- */

uint16_t wire_id(const uint8_t *packet)
{
    return ldns_read_uint16(packet);
}

bool wire_truncated(const uint8_t *packet)
{
    return LDNS_TC_WIRE(packet);
}

static bool section_counts_are_zero(const uint8_t *packet)
{
    static const uint8_t zero[8];

    return memcmp(packet + 4, zero, sizeof(zero)) == 0;
}

bool wire_bare_error(const uint8_t *packet, size_t len)
{
    if (len != WIRE_HEADER || !LDNS_QR_WIRE(packet) || !section_counts_are_zero(packet)) {
        return false;
    }
    switch (LDNS_RCODE_WIRE(packet)) {
    case LDNS_RCODE_FORMERR:
    case LDNS_RCODE_SERVFAIL:
    case LDNS_RCODE_NOTIMPL:
    case LDNS_RCODE_REFUSED:
        return true;
    default:
        return false;
    }
}

size_t wire_complete(const uint8_t *asked, size_t asked_len, const uint8_t *header, uint8_t out[WIRE_QUESTION_MAX])
{
    size_t question = wire_question_length(asked, asked_len);

    memcpy(out, header, WIRE_HEADER);
    memcpy(out + WIRE_HEADER, asked + WIRE_HEADER, question);
    put_16(out + 4, 1); /* QDCOUNT */
    return WIRE_HEADER + question;
}

size_t wire_question_length(const uint8_t *packet, size_t len)
{
    size_t at = WIRE_HEADER;

    if (len < WIRE_HEADER || LDNS_QDCOUNT(packet) != 1) {
        return 0;
    }
    while (at < len && packet[at] != 0) {
        if (packet[at] > LDNS_MAX_LABELLEN) {
            return 0;
        }
        at += (size_t)packet[at] + 1;
    }
    at += 1 + 4;
    return at <= len ? at - WIRE_HEADER : 0;
}

/* Length octets are below 64 and so no letters: a case-insensitive comparison of bytes compares names. */
static bool same_question(const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t x = a[i], y = b[i];

        if (i < len - 4) {
            x = (x >= 'A' && x <= 'Z') ? (uint8_t)(x | 0x20) : x;
            y = (y >= 'A' && y <= 'Z') ? (uint8_t)(y | 0x20) : y;
        }
        if (x != y) {
            return false;
        }
    }
    return true;
}

bool wire_echoes(const uint8_t *asked, size_t asked_len, const uint8_t *packet, size_t len)
{
    size_t question = wire_question_length(asked, asked_len);

    if (question == 0 || len < WIRE_HEADER || wire_question_length(packet, len) != question) {
        return false;
    }
    return LDNS_QR_WIRE(packet) && LDNS_OPCODE_WIRE(packet) == LDNS_PACKET_QUERY && wire_id(packet) == wire_id(asked) &&
           same_question(asked + WIRE_HEADER, packet + WIRE_HEADER, question);
}

/* --- the check before ldns --- */

struct cursor {
    const uint8_t *data;
    size_t len;
    size_t at;
    bool failed; /* sticky */
};

static void cursor_skip(struct cursor *c, size_t n)
{
    if (c->failed || n > c->len - c->at) {
        c->failed = true;
        return;
    }
    c->at += n;
}

static unsigned cursor_u16(struct cursor *c)
{
    size_t at = c->at;

    cursor_skip(c, 2);
    return c->failed ? 0 : ldns_read_uint16(c->data + at);
}

/* A name with pointers that go backwards only, so that ldns has no long chains to run through (RFC 1035 4.1.4). */
static void cursor_skip_name(struct cursor *c)
{
    size_t at = c->at, end = 0, floor = c->at;
    unsigned hops = 0;

    while (at < c->len && c->data[at] != 0) {
        if ((c->data[at] & 0xc0) == 0xc0) {
            if (at + 1 >= c->len || ++hops > NAME_HOPS_MAX) {
                break;
            }
            end = end ? end : at + 2;
            at = (size_t)(c->data[at] & 0x3f) << 8 | c->data[at + 1];
            if (at >= floor) {
                c->failed = true;
                return;
            }
            floor = at;
        } else if (c->data[at] > LDNS_MAX_LABELLEN) {
            break;
        } else {
            at += (size_t)c->data[at] + 1;
        }
    }
    if (at >= c->len || c->data[at] != 0) {
        c->failed = true;
        return;
    }
    c->at = end ? end : at + 1;
}

static bool packet_is_sound(const uint8_t *packet, size_t len)
{
    struct cursor c = {.data = packet, .len = len, .at = WIRE_HEADER};
    unsigned records, opts = 0;

    if (len < WIRE_HEADER || LDNS_QDCOUNT(packet) != 1) {
        return false;
    }
    records = (unsigned)LDNS_ANCOUNT(packet) + LDNS_NSCOUNT(packet) + LDNS_ARCOUNT(packet);
    if (records > WIRE_RR_MAX) {
        return false;
    }
    cursor_skip_name(&c);
    cursor_skip(&c, 4);
    for (unsigned i = 0; i < records && !c.failed; i++) {
        unsigned type;

        cursor_skip_name(&c);
        type = cursor_u16(&c);
        cursor_skip(&c, 6);
        cursor_skip(&c, cursor_u16(&c));
        opts += type == LDNS_RR_TYPE_OPT;
        /* NLnetLabs/ldns#317: repeated TSIG records leak, and so does the data of a second OPT (RFC 6891 6.1.1 forbids
         * it). */
        if (type == LDNS_RR_TYPE_TSIG || opts > 1) {
            return false;
        }
    }
    return !c.failed;
}

/* --- values out of ldns --- */

/* Text form: lower case, no final dot, anything but letters, digits, - and _ as \DDD, so that equal names are equal
 * texts. */
static const char *name_text(struct pool *pool, const ldns_rdf *name)
{
    const uint8_t *wire = ldns_rdf_data(name);
    size_t size = ldns_rdf_size(name), at = 0;
    struct buf out;
    const char *text;

    buf_init(&out, NAME_TEXT_MAX);
    while (at < size && wire[at] != 0) {
        size_t label_end = at + 1 + wire[at];

        if (at > 0) {
            buf_addc(&out, '.');
        }
        for (at++; at < label_end && at < size; at++) {
            uint8_t b = wire[at];

            if (b >= 'A' && b <= 'Z') {
                buf_addc(&out, (char)(b | 0x20));
            } else if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_' || b == '*' ||
                       b == '/') {
                buf_addc(&out, (char)b);
            } else {
                buf_addf(&out, "\\%03u", b);
            }
        }
    }
    text = pool_memdup(pool, out.data, out.len);
    buf_free(&out);
    return text;
}

/* A field of an RR as a name, or NULL where the record has none there. */
static const ldns_rdf *rr_name(const ldns_rr *rr, size_t field)
{
    const ldns_rdf *rdf = ldns_rr_rd_count(rr) > field ? ldns_rr_rdf(rr, field) : NULL;

    return rdf && ldns_rdf_get_type(rdf) == LDNS_RDF_TYPE_DNAME ? rdf : NULL;
}

/* RFC 6376 3.6.2.2: joins the strings of a TXT with nothing between. A TXT without any RDATA has no rdf at all. */
static void txt_join(struct pool *pool, const ldns_rr *rr, struct answer_rr *out)
{
    size_t strings = ldns_rr_rd_count(rr), total = 0;
    uint8_t *data;

    for (size_t i = 0; i < strings; i++) {
        size_t size = ldns_rdf_size(ldns_rr_rdf(rr, i));
        total += size > 0 ? size - 1 : 0;
    }
    data = pool_alloc(pool, total + 1);
    out->data = data;
    out->data_len = total;
    for (size_t i = 0; i < strings; i++) {
        const ldns_rdf *rdf = ldns_rr_rdf(rr, i);
        size_t size = ldns_rdf_size(rdf);

        if (size > 1) {
            memcpy(data, ldns_rdf_data(rdf) + 1, size - 1);
            data += size - 1;
        }
        if (i == 0) {
            out->first_len = size > 0 ? size - 1 : 0;
        }
    }
}

/* owner: the text of the RR's owner, shared by all RRs of a name, so that small packets cannot make large memory. */
static struct answer_rr rr_value(struct pool *pool, const ldns_rr *rr, const char *owner)
{
    struct answer_rr out = {.owner = owner, .type = (int)ldns_rr_get_type(rr), .ttl = ldns_rr_ttl(rr)};
    const ldns_rdf *rdf = ldns_rr_rd_count(rr) > 0 ? ldns_rr_rdf(rr, 0) : NULL;

    if (out.ttl > TTL_MAX) {
        out.ttl = 0; /* RFC 2181 8 */
    }
    switch (out.type) {
    case RR_TXT:
    case RR_SPF:
        txt_join(pool, rr, &out);
        break;
    case RR_A:
    case RR_AAAA:
        if (rdf) {
            out.data = (const uint8_t *)pool_memdup(pool, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
            out.data_len = ldns_rdf_size(rdf);
        }
        break;
    case RR_CNAME:
    case RR_DNAME:
    case RR_NS:
    case RR_PTR:
        if (rr_name(rr, 0)) {
            out.target = name_text(pool, rr_name(rr, 0));
        }
        break;
    case RR_MX:
        if (rr_name(rr, 1)) {
            out.target = name_text(pool, rr_name(rr, 1));
        }
        break;
    default:
        break;
    }
    return out;
}

/* --- the chain --- */

static void reply_add(struct pool *pool, struct reply *reply, const ldns_rr *rr, const char *owner)
{
    reply->rr[reply->rr_count++] = rr_value(pool, rr, owner);
}

static const ldns_rr *find_rr(const ldns_rr_list *list, const ldns_rdf *owner, ldns_rr_type type)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);

        if (ldns_rr_get_type(rr) == type && ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
            ldns_dname_compare(ldns_rr_owner(rr), owner) == 0) {
            return rr;
        }
    }
    return NULL;
}

/* A DNAME above the name explains the CNAME that the server made for it (RFC 6672 3.1). */
static void add_dname_above(struct pool *pool, struct reply *reply, const ldns_rr_list *list, const ldns_rdf *name)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);

        if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DNAME && rr_name(rr, 0) &&
            ldns_dname_is_subdomain(name, ldns_rr_owner(rr))) {
            reply_add(pool, reply, rr, name_text(pool, ldns_rr_owner(rr)));
            return;
        }
    }
}

static bool add_answers(struct pool *pool, struct reply *reply, const ldns_rr_list *list, const ldns_rdf *owner)
{
    bool any = false;

    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);

        if ((int)ldns_rr_get_type(rr) == reply->type && ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
            ldns_dname_compare(ldns_rr_owner(rr), owner) == 0) {
            reply_add(pool, reply, rr, reply->end);
            any = true;
        }
    }
    return any;
}

/* Follows owners from the question through CNAMEs; ignores all other records of the answer. */
static void walk_chain(struct pool *pool, struct reply *reply, const ldns_rr_list *list, const ldns_rdf *question)
{
    const ldns_rdf *seen[WIRE_CHAIN_MAX + 1];
    const ldns_rdf *at = question;
    size_t steps = 0;

    reply->rr = pool_array(pool, ldns_rr_list_rr_count(list) + WIRE_CHAIN_MAX + 1, sizeof(*reply->rr));
    reply->end = name_text(pool, at);
    while (!(reply->answered = add_answers(pool, reply, list, at))) {
        const ldns_rr *cname = find_rr(list, at, LDNS_RR_TYPE_CNAME);

        if (!cname || !rr_name(cname, 0)) {
            break;
        }
        if (steps == WIRE_CHAIN_MAX) {
            reply->loop = true;
            break;
        }
        seen[steps++] = at;
        add_dname_above(pool, reply, list, at);
        reply_add(pool, reply, cname, reply->end);
        at = rr_name(cname, 0);
        reply->end = reply->rr[reply->rr_count - 1].target;
        for (size_t i = 0; i < steps; i++) {
            reply->loop |= ldns_dname_compare(seen[i], at) == 0;
        }
        if (reply->loop) {
            break;
        }
    }
}

/* Records, but none for the name of the question: neither an answer to it nor a denial. */
static bool all_foreign(const ldns_rr_list *list, const ldns_rdf *question)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        if (ldns_dname_compare(ldns_rr_owner(ldns_rr_list_rr(list, i)), question) == 0) {
            return false;
        }
    }
    return ldns_rr_list_rr_count(list) > 0;
}

/* The authority section: SOA (RFC 2308 5) or a delegation. */
static void read_authority_section(struct pool *pool, struct reply *reply, const ldns_rr_list *list)
{
    const ldns_rdf *owner = NULL;

    reply->ns = pool_array(pool, WIRE_NS_MAX, sizeof(*reply->ns));
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);

        if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && ldns_rr_rd_count(rr) == 7 && !reply->soa) {
            uint32_t minimum = ldns_rdf2native_int32(ldns_rr_rdf(rr, 6));

            reply->soa = name_text(pool, ldns_rr_owner(rr));
            reply->negative_ttl = minimum < ldns_rr_ttl(rr) ? minimum : ldns_rr_ttl(rr);
        }
        if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_NS && rr_name(rr, 0) && reply->ns_count < WIRE_NS_MAX &&
            (!owner || ldns_dname_compare(owner, ldns_rr_owner(rr)) == 0)) {
            owner = ldns_rr_owner(rr);
            reply->ns[reply->ns_count++] = name_text(pool, rr_name(rr, 0));
        }
    }
    reply->ns_owner = owner ? name_text(pool, owner) : NULL;
}

int wire_read(struct pool *pool, const uint8_t *packet, size_t len, struct reply *out, struct err *err)
{
    ldns_pkt *pkt = NULL;
    const ldns_rr *question;
    int rc = 0;

    *out = (struct reply){0};
    if (!packet_is_sound(packet, len) || ldns_wire2pkt(&pkt, packet, len) != LDNS_STATUS_OK ||
        ldns_rr_list_rr_count(ldns_pkt_question(pkt)) != 1) {
        rc = err_set(err, ERR_MALFORMED, "DNS answer of %zu bytes does not parse", len);
        goto out;
    }
    question = ldns_rr_list_rr(ldns_pkt_question(pkt), 0);
    if (all_foreign(ldns_pkt_answer(pkt), ldns_rr_owner(question))) {
        rc = err_set(err, ERR_MALFORMED, "DNS answer of %zu bytes holds records of other names only", len);
        goto out;
    }
    out->name = name_text(pool, ldns_rr_owner(question));
    out->type = (int)ldns_rr_get_type(question);
    out->rcode = (int)ldns_pkt_get_rcode(pkt) | ldns_pkt_edns_extended_rcode(pkt) << 4;
    out->aa = ldns_pkt_aa(pkt);
    out->ad = ldns_pkt_ad(pkt);
    out->ra = ldns_pkt_ra(pkt);
    out->opt = ldns_pkt_edns(pkt);
    walk_chain(pool, out, ldns_pkt_answer(pkt), ldns_rr_owner(question));
    read_authority_section(pool, out, ldns_pkt_authority(pkt));
out:
    ldns_pkt_free(pkt);
    return rc;
}

/* --- the outcome of an answer --- */

bool reply_trim(struct reply *reply, const char *zone)
{
    for (size_t i = 0; i < reply->rr_count; i++) {
        const struct answer_rr *rr = &reply->rr[i];

        if (rr->type == RR_CNAME && reply->type != RR_CNAME && rr->target && !name_within(rr->target, zone)) {
            reply->rr_count = i + 1;
            reply->end = rr->target;
            reply->answered = false;
            reply->loop = false;
            reply->rcode = LDNS_RCODE_NOERROR;
            return true;
        }
    }
    /* In the zone, but not ended: no SOA says that there is nothing more. The end may lie behind a delegation. */
    return reply->rr_count > 0 && !reply->answered && !reply->loop && !reply->soa && reply->rcode == LDNS_RCODE_NOERROR;
}

/* No answer and no SOA, but other servers: a referral if they are for a name below the zone; anything else means
 * that the server does not serve the zone. */
static bool refers_down(const struct reply *reply, const char *zone)
{
    return reply->rr_count == 0 && !reply->soa && reply->ns_owner && name_within(reply->ns_owner, zone) &&
           !name_equal(reply->ns_owner, zone) && name_within(reply->name, reply->ns_owner);
}

enum outcome reply_outcome(const struct reply *reply, const char *zone)
{
    bool recursive = zone == NULL;

    switch (reply->rcode) {
    case LDNS_RCODE_NOERROR:
    case LDNS_RCODE_NXDOMAIN:
        break;
    case LDNS_RCODE_REFUSED:
    case LDNS_RCODE_NOTIMPL:
    case LDNS_RCODE_NOTAUTH:
        return OUTCOME_REFUSED;
    default:
        return OUTCOME_SERVFAIL;
    }
    if (!recursive && refers_down(reply, zone)) {
        return OUTCOME_REFERRAL;
    }
    if (recursive ? !reply->ra && !reply->aa : !reply->aa) {
        return OUTCOME_LAME;
    }
    if (reply->rcode == LDNS_RCODE_NXDOMAIN) {
        return OUTCOME_NXDOMAIN;
    }
    return reply->rr_count > 0 ? OUTCOME_DATA : OUTCOME_NODATA;
}

void reply_append(struct pool *pool, struct reply *head, const struct reply *tail)
{
    struct answer_rr *all = pool_array(pool, head->rr_count + tail->rr_count + 1, sizeof(*all));

    if (head->rr_count > 0) {
        memcpy(all, head->rr, head->rr_count * sizeof(*all));
    }
    if (tail->rr_count > 0) {
        memcpy(all + head->rr_count, tail->rr, tail->rr_count * sizeof(*all));
    }
    head->rr = all;
    head->rr_count += tail->rr_count;
    head->answered = tail->answered;
    head->loop |= tail->loop;
    head->end = tail->end;
    head->rcode = tail->rcode;
    head->negative_ttl = tail->negative_ttl;
}
