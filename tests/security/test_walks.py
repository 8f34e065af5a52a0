"""Everything that walks the world of tests/house/test_matrix.py, in one module: it is built once for all of them."""

from tests.security.choices import (  # noqa: F401  gathered here
    test_what_a_form_did_not_offer_is_not_taken,
)
from tests.security.exports import (  # noqa: F401  gathered here
    test_no_cell_of_any_export_is_a_formula,
)
from tests.security.hostile_walk import (  # noqa: F401  gathered here
    test_made_up_requests_never_end_in_a_fault_of_ours,
)
from tests.security.naming import (  # noqa: F401  gathered here
    test_a_case_that_is_not_mine_is_named_in_vain,
    test_a_filter_by_what_is_not_mine_finds_as_little_as_one_by_nothing,
)
from tests.security.other_streets import (  # noqa: F401  gathered here
    test_a_piece_of_a_number_opens_nothing,
    test_a_record_of_another_street_answers_like_none,
    test_what_street_a_does_changes_nothing_for_street_b,
)
from tests.security.sealed import (  # noqa: F401  gathered here
    test_no_secret_of_signing_in_stands_in_a_dump,
    test_nothing_that_is_sealed_stands_in_a_dump,
    test_the_search_through_a_dump_finds_what_is_there,
    test_what_a_form_opens_is_on_record_with_its_purpose,
    test_whoever_is_sealed_in_the_walked_world_is_looked_for,
)
from tests.security.uploads import (  # noqa: F401  gathered here
    test_every_end_takes_a_good_file_and_keeps_no_harmful_one,
)
from tests.security.uploads_by_program import (  # noqa: F401  gathered here
    test_every_end_for_programs_takes_a_good_file_and_keeps_no_harmful_one,
)
from tests.security.writing import (  # noqa: F401  gathered here
    test_every_address_refuses_a_form_of_another_site,
    test_next_leads_to_no_other_site,
    test_no_form_sends_on_to_another_site,
)
