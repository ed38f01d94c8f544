/* Mails as they go over the wire: no header comes out of a field, no line is too long, and what went in comes out. */
#include "unit.h"

#include "app/notify/message.h"

static struct buf out;

static const char *body_of(const char *text_utf8)
{
    buf_reset(&out);
    message_write(&out, &(struct message){.from_name = "",
                                          .from = "a@b.example",
                                          .to = "c@d.example",
                                          .subject = "s",
                                          .id = "i@b.example",
                                          .body = text_utf8});
    assert_false(out.overflowed);
    return strstr(out.data, "\r\n\r\n") + 4;
}

static void quoted_printable(void **state)
{
    (void)state;
    assert_string_equal(body_of("a = b\n"), "a =3D b\r\n");
    assert_string_equal(body_of("caf\xc3\xa9"), "caf=C3=A9\r\n");
    assert_string_equal(body_of("end \n\n x"), "end=20\r\n\r\n x\r\n");
    assert_string_equal(body_of(".\n..x"), "=2E\r\n=2E.x\r\n");
    assert_string_equal(body_of("\r\nx\t\x01"), "=0D\r\nx=09=01\r\n");
    assert_string_equal(body_of(""), "");
}

static void lines_are_short_whatever_is_in_them(void **state)
{
    (void)state;
    static const char *const pieces[] = {"x", "\xc3\xa9", ".", " ", "= ", "ab.\xe2\x82\xac"};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        for (int count = 60; count < 180; count++) {
            struct buf text_in;
            buf_init(&text_in, 4096);
            for (int n = 0; n < count; n++)
                buf_adds(&text_in, pieces[i]);
            const char *line = body_of(text_in.data);
            for (size_t len; *line; line += len + 2) {
                len = strcspn(line, "\r");
                assert_in_range(len, 0, 76);
                assert_memory_equal(line + len, "\r\n", 2);
                assert_true(line[0] != '.');
                assert_true(len == 0 || line[len - 1] != ' ');
            }
            buf_free(&text_in);
        }
}

static void no_header_comes_out_of_a_field(void **state)
{
    (void)state;
    buf_reset(&out);
    message_write(
        &out,
        &(struct message){
            .from_name = "x\r\nBcc: evil@evil.example",
            .from = "a@b.example",
            .to = "c@d.example",
            .subject =
                "s\r\n\r\nBcc: evil@evil.example \xff\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf"
                "\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf",
            .id = "i@b.example",
            .at = 1795420792000,
            .body = "Bcc: evil@evil.example\n"});
    char *end = strstr(out.data, "\r\n\r\n");
    *end = '\0';
    assert_null(strstr(out.data, "Bcc"));
    assert_null(strstr(out.data, "evil"));
    assert_non_null(strstr(out.data, "\r\nDate: Mon, 23 Nov 2026 07:59:52 +0000\r\n"));
    assert_non_null(strstr(out.data, " <a@b.example>\r\nTo: <c@d.example>\r\nSubject: =?UTF-8?B?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_printable),
        cmocka_unit_test(lines_are_short_whatever_is_in_them),
        cmocka_unit_test(no_header_comes_out_of_a_field),
    };
    buf_init(&out, MESSAGE_MAX);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_free(&out);
    return failed;
}
