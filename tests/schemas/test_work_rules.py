"""The rules between the fields of the work: each refusal has its sentence, each limit its last good day."""

import json

import pytest
from pydantic import ValidationError

from schemas.catalogue import BODIES, error_text, warnings_of
from schemas.document import STATE_SECRETS
from tests.schemas.corpus import EXAMPLES

KINDS_OF_THE_WORK = (
    "agreement_consent",
    "agreement_proposal",
    "answer",
    "case_transfer",
    "compliance",
    "contact_list",
    "extension_notice",
    "inquiry_bulletin",
    "jurisdiction_designation",
    "jurisdiction_dispute",
    "jurisdiction_escalation",
    "jurisdiction_handover",
    "jurisdiction_opinion",
    "progress_report",
    "proxy_record",
    "statistic_report",
    "supervision_letter",
    "supplement_request",
)


def example(kind, number=1):
    return json.loads((EXAMPLES / kind / f"valid-{number}.json").read_bytes())


def body(kind, document):
    return BODIES[kind, 1].model_validate_json(json.dumps(document))


def changed(kind, number=1, **changes):
    document = {**example(kind, number), **changes}
    return {key: value for key, value in document.items() if value is not None}


def refusal(kind, document):
    """The one problem of a refused document: field and sentence."""
    with pytest.raises(ValidationError) as caught:
        body(kind, document)
    (problem,) = error_text(caught.value)
    return problem.field, problem.reason_zh


def seized(**changes):
    (first, *_) = example("case_transfer")["items"]
    item = {**first, **changes}
    return changed("case_transfer", items=[{key: value for key, value in item.items() if value is not None}])


@pytest.mark.parametrize("kind", KINDS_OF_THE_WORK)
@pytest.mark.parametrize("mark", STATE_SECRETS)
def test_no_document_of_the_work_takes_a_state_secret(kind, mark):
    field, sentence = refusal(kind, changed(kind, classification=mark))
    assert field == "classification"
    assert "请走机要渠道" in sentence


@pytest.mark.parametrize("kind", KINDS_OF_THE_WORK)
@pytest.mark.parametrize("wrong", ["2026-02-29", "2026-13-01", "2026-04-31"])
def test_a_letter_is_never_dated_on_a_day_that_does_not_exist(kind, wrong):
    field, sentence = refusal(kind, changed(kind, issue_date=wrong))
    assert field == "issue_date"
    assert "日期" in sentence


def test_a_seizure_of_forty_five_days_stands_and_one_day_more_is_refused_with_the_special_rule():
    assert body("case_transfer", seized(since="2026-04-20", expires_on="2026-06-04"))
    field, sentence = refusal("case_transfer", seized(since="2026-04-20", expires_on="2026-06-05"))
    assert field == "items.0.expires_on"
    assert "不得晚于起始日后第 45 日" in sentence
    assert "禁止传销条例第十八条" in sentence


def test_a_seizure_of_thirty_days_needs_no_extension_and_one_of_thirty_one_does():
    assert body("case_transfer", seized(since="2026-04-20", expires_on="2026-05-20", extension_no=None))
    field, sentence = refusal("case_transfer", seized(since="2026-04-20", expires_on="2026-05-21", extension_no=None))
    assert field == "items.0.extension_no"
    assert "批准延长" in sentence


def test_things_merely_registered_are_no_seizure():
    assert body("case_transfer", seized(measure="registered", since=None, expires_on=None, extension_no=None))
    with pytest.raises(ValidationError, match="不得填写") as caught:
        body("case_transfer", seized(measure="none"))
    assert {"items.0.since", "items.0.expires_on"} <= {problem.field for problem in error_text(caught.value)}


def test_a_seizure_about_to_lapse_or_lapsed_is_a_warning_with_its_place():
    assert warnings_of(body("case_transfer", changed("case_transfer", issue_date="2026-05-27"))) == []
    (soon,) = warnings_of(body("case_transfer", changed("case_transfer", issue_date="2026-05-28")))
    assert (soon.field, soon.code) == ("items.0.expires_on", "seizure_ends")
    assert "仅剩 7 日" in soon.reason_zh
    (gone,) = warnings_of(body("jurisdiction_handover", example("jurisdiction_handover")))
    assert (gone.field, gone.code) == ("items.0.expires_on", "seizure_lapsed")


def test_an_extension_leads_at_least_one_day_past_the_limit_and_is_told_on_its_last_day_at_the_latest():
    assert body("extension_notice", changed("extension_notice", issue_date="2026-05-07", planned_finish="2026-05-08"))
    late = changed("extension_notice", issue_date="2026-05-08")
    assert refusal("extension_notice", late)[0] == "issue_date"
    assert "期限届满前告知" in refusal("extension_notice", late)[1]
    same = changed("extension_notice", planned_finish="2026-05-07")
    assert refusal("extension_notice", same) == ("planned_finish", "拟完成日：拟完成日须晚于原届满日")


def test_paper_is_copied_by_one_person_and_checked_by_another():
    field, sentence = refusal("proxy_record", changed("proxy_record", checker="某录入"))
    assert field == "checker"
    assert "不得与录入人为同一人" in sentence


@pytest.mark.parametrize("number", [1, 4, 5, 6, 7, 8])
def test_what_another_office_said_on_paper_needs_the_scan(number):
    for attachments in (None, [{**example("proxy_record")["attachments"][0], "role": "annex"}]):
        field, sentence = refusal("proxy_record", changed("proxy_record", number, attachments=attachments))
        assert field == "attachments"
        assert "扫描件" in sentence or "必须填写" in sentence
    sealed = [{**example("proxy_record")["attachments"][0], "role": "sealed_copy"}]
    assert body("proxy_record", changed("proxy_record", number, attachments=sealed))


@pytest.mark.parametrize("number", [2, 3])
def test_sending_and_delivery_are_registered_without_a_scan(number):
    assert "attachments" not in example("proxy_record", number)


@pytest.mark.parametrize("channel", ["secure_courier", "fax", "in_person", "ferry"])
def test_only_the_post_has_a_tracking_number_to_ask_for(channel):
    assert body("proxy_record", changed("proxy_record", 2, channel=channel, tracking_no=None))
    assert refusal("proxy_record", changed("proxy_record", 2, tracking_no=None))[0] == "tracking_no"


def test_a_result_on_paper_keeps_the_rules_of_a_result():
    document = changed("proxy_record", 8, result={"outcome": "penalised"})
    assert refusal("proxy_record", document)[0] == "result.decision"


def test_a_return_cannot_at_once_decline_single_items_and_a_dispute_names_its_grounds():
    declined = example("answer", 5)["declined"]
    assert refusal("answer", changed("answer", 2, declined=declined))[0] == "declined"
    assert refusal("answer", changed("answer", 4, grounds=None))[0] == "grounds"
    assert refusal("answer", changed("answer", 5, declined=declined * 2))[1] == "部分退转事项：同一协查事项重复退转"


def test_a_dispute_names_at_least_one_place_and_times_in_beijing():
    places = dict.fromkeys(("act_place", "business_place", "platform_seat", "main_offence_place", "enterprise_seat"))
    with pytest.raises(ValidationError) as caught:
        body("jurisdiction_dispute", changed("jurisdiction_dispute", **places))
    assert {problem.field for problem in error_text(caught.value)} == set(places)
    for wrong in ("2026-04-10T09:30:00Z", "2026-04-10T09:30:00+09:00", "2026-04-10 09:30:00+08:00", "2026-04-10"):
        field, sentence = refusal("jurisdiction_dispute", changed("jurisdiction_dispute", own_filed_at=wrong))
        assert field == "own_filed_at"
        assert "北京时间" in sentence


def test_the_dates_of_a_designation_follow_the_events():
    good = ("submitted_on", "materials_received_on", "designated_on", "received_on", "issue_date")
    same_day = changed("jurisdiction_designation", **dict.fromkeys(good, "2026-06-03"))
    assert body("jurisdiction_designation", same_day)
    early = changed("jurisdiction_designation", materials_received_on="2026-05-21")
    assert "依次不早于前者" in refusal("jurisdiction_designation", early)[1]


def test_what_is_not_yet_due_is_prompted_and_not_supervised():
    field, sentence = refusal("supervision_letter", changed("supervision_letter", due_on="2026-05-21"))
    assert field == "due_on"
    assert "请用提示函" in sentence
    assert body("supervision_letter", changed("supervision_letter", form="prompt", due_on="2026-05-21"))


def test_a_supervision_letter_is_signed_by_a_person():
    assert refusal("supervision_letter", changed("supervision_letter", signer=None)) == ("signer", "签发人：必须填写")


def test_the_trail_of_a_lead_runs_forward():
    step = example("lead_transfer")["trail"][0]
    back = changed("lead_transfer", trail=[{**step, "on": "2026-05-03"}, {**step, "on": "2026-05-02"}])
    assert refusal("lead_transfer", back)[0] == "trail"
    later = changed("lead_transfer", trail=[{**step, "on": "2026-05-07"}])
    assert "不晚于成文日期" in refusal("lead_transfer", later)[1]


def test_rates_are_parts_of_a_whole_and_counts_stand_alone():
    rate = example("statistic_report")["figures"][1]
    assert body("statistic_report", changed("statistic_report", figures=[{**rate, "numerator": 0, "denominator": 0}]))
    above = changed("statistic_report", figures=[{**rate, "numerator": 11}])
    assert refusal("statistic_report", above)[0] == "figures.0.numerator"
    bare = {key: value for key, value in rate.items() if key != "denominator"}
    assert refusal("statistic_report", changed("statistic_report", figures=[bare]))[0] == "figures.0.denominator"


def test_the_same_figure_may_stand_once_for_each_peer_and_scope():
    sent = example("statistic_report")["figures"][0]
    others = [sent, {**sent, "peer": "440800-mr"}, {**sent, "scope": "outside"}]
    assert body("statistic_report", changed("statistic_report", figures=others))
    assert refusal("statistic_report", changed("statistic_report", figures=[sent, sent]))[0] == "figures"
