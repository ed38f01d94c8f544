/*
 * The filter of addresses that come out of DNS: each special-purpose block at its first and last address, and its
 * neighbours outside.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <sys/resource.h>

#include "dns/address.h"
#include "dns/dns.h"

static bool is_global(const char *text)
{
    struct address address;

    assert_true(address_parse(text, 53, &address));
    return dns_address_is_global(address.family, address.byte);
}

static void expect(const char *const *list, size_t count, bool global)
{
    for (size_t i = 0; i < count; i++) {
        if (is_global(list[i]) != global) {
            fail_msg("%s should %sbe global", list[i], global ? "" : "not ");
        }
    }
}

static void barred_ipv4(void **state)
{
    static const char *const barred[] = {
        "0.0.0.0",       "0.255.255.255",   "10.0.0.0",        "10.255.255.255",  "100.64.0.0",      "100.127.255.255",
        "127.0.0.1",     "127.255.255.255", "169.254.0.0",     "169.254.169.254", "172.16.0.0",      "172.31.255.255",
        "192.0.0.0",     "192.0.0.255",     "192.0.2.1",       "192.31.196.1",    "192.52.193.1",    "192.88.99.1",
        "192.168.0.0",   "192.168.255.255", "192.175.48.1",    "198.18.0.0",      "198.19.255.255",  "198.51.100.7",
        "203.0.113.255", "224.0.0.0",       "239.255.255.255", "240.0.0.0",       "255.255.255.254", "255.255.255.255",
    };
    (void)state;
    expect(barred, ARRAY_LEN(barred), false);
}

static void open_ipv4(void **state)
{
    static const char *const open[] = {
        "1.0.0.0",      "9.255.255.255",   "11.0.0.0",        "100.63.255.255",  "100.128.0.0",    "126.255.255.255",
        "128.0.0.0",    "169.253.255.255", "169.255.0.0",     "172.15.255.255",  "172.32.0.0",     "192.0.1.0",
        "192.0.3.0",    "192.88.98.255",   "192.167.255.255", "192.169.0.0",     "198.17.255.255", "198.20.0.0",
        "198.51.101.0", "203.0.112.255",   "203.0.114.0",     "223.255.255.255",
    };
    (void)state;
    expect(open, ARRAY_LEN(open), true);
}

static void barred_ipv6(void **state)
{
    static const char *const barred[] = {
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "100:0:0:1::",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff:ffff::",
        "5f00::1",
        "4000::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ffff::1",
    };
    (void)state;
    expect(barred, ARRAY_LEN(barred), false);
}

static void open_ipv6(void **state)
{
    static const char *const open[] = {
        "2000::1",         "2001:200::1",     "2001:500:2f::f", "2001:db7:ffff::", "2001:db9::1", "2003::1",
        "2620:4f:7fff::1", "2620:4f:8001::1", "2a00::1",        "3ffe:ffff::1",    "3fff:1000::1"};
    (void)state;
    expect(open, ARRAY_LEN(open), true);
}

static void other_families(void **state)
{
    static const uint8_t byte[16] = {8, 8, 8, 8};
    struct address address;

    (void)state;
    assert_false(dns_address_is_global(AF_UNIX, byte));
    assert_false(address_parse("8.8.8", 53, &address));
    assert_false(address_parse("[::1]", 53, &address));
    assert_false(address_parse("", 53, &address));
}

/* Without a descriptor the kernel can't be asked which addresses are this machine's: then no address may be asked as a
 * name server. */
static void own_addresses_that_are_not_told(void **state)
{
    struct pool *pool = pool_new();
    struct conf conf = {0};
    struct own_addresses own;
    struct address address;
    struct rlimit usual;

    (void)state;
    assert_true(address_parse("8.8.8.8", 53, &address));
    own_addresses_read(pool, &conf, &own);
    assert_false(own_addresses_hold(&own, &address));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, usual.rlim_max}), 0);
    own_addresses_read(pool, &conf, &own);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_true(own_addresses_hold(&own, &address));
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(barred_ipv4),    cmocka_unit_test(open_ipv4),
        cmocka_unit_test(barred_ipv6),    cmocka_unit_test(open_ipv6),
        cmocka_unit_test(other_families), cmocka_unit_test(own_addresses_that_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
