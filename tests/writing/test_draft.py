"""What a draft is made of."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.writing.draft import _ids

PIECES = ('id="', ' id="', '\nid="', '"', "a", " ", '-id="b"', ' id="c"', 'x id=""', "<p", ">")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(deadline=None, max_examples=300)
def test_ids_are_those_behind_white_space(markup: str) -> None:
    assert list(_ids(markup)) == re.findall(r'\sid="([^"]+)"', markup)
