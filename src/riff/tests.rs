use super::*;

fn chunks(bytes: &[u8]) -> Vec<Result<Chunk, RiffError>> {
    let source = bytes.to_vec();
    Chunks::new(&source, Span::of(&source)).collect()
}

fn chunk(id: &[u8; 4], offset: u64, len: u64) -> Chunk {
    Chunk { id: FourCc(*id), data: Span { offset, len } }
}

#[test]
fn chunks_follow_each_other_after_a_pad_byte() {
    let found = chunks(b"aaaa\x03\0\0\0xyz\0bbbb\x00\0\0\0");
    let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(found, [chunk(b"aaaa", 8, 3), chunk(b"bbbb", 20, 0)]);
}

#[test]
fn the_last_chunk_may_lack_its_pad_byte() {
    let found = chunks(b"aaaa\x01\0\0\0x");
    assert_eq!(found.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [chunk(b"aaaa", 8, 1)]);
}

#[test]
fn a_chunk_past_the_end_is_an_error_and_the_last_item() {
    let found = chunks(b"aaaa\xFF\xFF\xFF\xFFxx");
    assert_eq!(found.len(), 1);
    let error = found[0].as_ref().unwrap_err();
    assert_eq!(error.to_string(), "aaaa: 2 bytes left at offset 0x8, expected 4294967295");
}

#[test]
fn a_cut_header_is_an_error() {
    let found = chunks(b"aaaa\0\0\0\0bbb");
    assert!(found[0].is_ok());
    let Err(RiffError::Truncated { offset, expected, got, .. }) = found[1] else {
        panic!("{found:?}")
    };
    assert_eq!((offset, expected, got), (8, 8, 3));
}

#[test]
fn a_form_needs_four_bytes_for_its_type() {
    let bytes = b"LIST\x06\0\0\0INFOxx".to_vec();
    let list = chunk(b"LIST", 8, 6);
    assert_eq!(list.form(&bytes).unwrap(), (FourCc(*b"INFO"), Span { offset: 12, len: 2 }));
    let short = chunk(b"LIST", 8, 3);
    assert!(matches!(short.form(&bytes), Err(RiffError::Truncated { expected: 4, got: 3, .. })));
}

#[test]
fn a_chunk_above_the_limit_is_refused_unread() {
    let source = vec![0; 16];
    let huge = chunk(b"huge", 8, 1 << 40);
    assert!(matches!(huge.read(&source, 100), Err(RiffError::TooLarge { limit: 100, .. })));
    assert_eq!(chunk(b"some", 8, 8).read(&source, 8).unwrap(), [0; 8]);
}

#[test]
fn a_source_that_shrank_gives_an_error_with_its_place() {
    let source = vec![0; 4];
    let error = chunk(b"data", 2, 4).read(&source, 8).unwrap_err();
    assert!(matches!(error, RiffError::Read { offset: 2, .. }));
}

#[test]
fn written_chunks_are_read_again() {
    let bytes = ChunkWriter::riff(FourCc(*b"form"), |form| {
        form.list(FourCc(*b"list"), |list| {
            list.chunk(FourCc(*b"odd "), |data| data.bytes(&[7]));
            list.chunk(FourCc(*b"none"), |_| {});
        });
        form.chunk(FourCc(*b"last"), |data| data.bytes(b"1234"));
    })
    .unwrap();
    let riff = chunks(&bytes).remove(0).unwrap();
    let (form, body) = riff.form(&bytes).unwrap();
    assert_eq!((riff.id, form), (FourCc::RIFF, FourCc(*b"form")));
    let inner: Vec<_> = Chunks::new(&bytes, body).map(Result::unwrap).collect();
    let (kind, body) = inner[0].form(&bytes).unwrap();
    assert_eq!(kind, FourCc(*b"list"));
    let listed: Vec<_> = Chunks::new(&bytes, body).map(Result::unwrap).collect();
    assert_eq!(listed[0].read(&bytes, 9).unwrap(), [7]);
    assert_eq!(listed[1].data.len, 0);
    assert_eq!(inner[1].read(&bytes, 9).unwrap(), b"1234");
}

#[test]
fn a_name_that_is_not_text_prints_escaped() {
    assert_eq!(FourCc(*b"ab\0\xFF").to_string(), "ab\\x00\\xff");
}
