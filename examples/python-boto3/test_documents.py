import urllib.request

from documents import Documents


def test_reads_what_was_saved(s3, bucket):
    documents = Documents(s3, bucket)
    documents.save("ann", "offer.txt", b"12 units")
    assert documents.read("ann", "offer.txt") == b"12 units"


def test_returns_none_for_a_missing_document(s3, bucket):
    assert Documents(s3, bucket).read("ann", "missing.txt") is None


def test_a_link_downloads_the_document(s3, bucket):
    documents = Documents(s3, bucket)
    documents.save("ann", "offer.txt", b"12 units")
    with urllib.request.urlopen(documents.link("ann", "offer.txt")) as response:
        assert response.read() == b"12 units"
