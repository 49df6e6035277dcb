use super::*;

#[test]
fn texts_are_in_the_encoding_that_is_said_or_in_one_that_fits() {
    for (encoding, bytes, text) in [
        (TextEncoding::Unsaid, &b"caf\xe9"[..], "café"),
        (TextEncoding::Unsaid, "café 歌".as_bytes(), "café 歌"),
        (TextEncoding::Unsaid, b"\x93so\x94", "“so”"),
        (TextEncoding::Latin, b"caf\xe9", "café"),
        (TextEncoding::Latin, "é".as_bytes(), "Ã©"),
        (TextEncoding::Japanese, b"\x89\xcc\x8e\x8c", "歌詞"),
        (TextEncoding::Japanese, b"\xb1\xb2 A", "ｱｲ A"),
        (TextEncoding::Japanese, b"\x89", "\u{fffd}"),
        // The second byte of a character may be that of a backslash.
        (TextEncoding::Japanese, b"\x95\x5c", "表"),
    ] {
        assert_eq!(encoding.decode(bytes), text, "{encoding:?} {bytes:x?}");
    }
}

#[test]
fn rp_026_a_text_names_the_language_of_those_that_follow() {
    assert_eq!(TextEncoding::switched_by(b"{@JP}"), Some(TextEncoding::Japanese));
    assert_eq!(TextEncoding::switched_by(b"{@LATIN}{#Title=x}"), Some(TextEncoding::Latin));
    assert_eq!(TextEncoding::switched_by(b"{@LATIN}a{@JP}b"), Some(TextEncoding::Japanese));
    for other in [&b"{@KLINGON}"[..], b"{@JP", b"JP", b"", b"{@\xff}"] {
        assert_eq!(TextEncoding::switched_by(other), None, "{other:x?}");
    }
}
