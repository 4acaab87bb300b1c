"""Every problem the API can answer with: what it is, why it came, and the way out.

A refusal's code is the slug of its problem, so one that is not listed here cannot be
raised; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem; `slug` is stable for ever."""

    slug: str
    status: int
    title: str
    why: str
    way_out: str


_KINDS = (
    # ---- the request as such
    Kind(
        "malformed-body",
        400,
        "The body is not JSON",
        "The bytes sent could not be read as one JSON value in UTF-8.",
        "Check quotes, commas and brackets, and send the request again.",
    ),
    Kind(
        "malformed-request",
        400,
        "The request could not be read",
        "The request line or a header is not well-formed HTTP, a line of them is "
        "longer than 8 KiB, there are too many of them, or the body is packed in a way "
        "that is not known here.",
        "Check how your client builds the address and the headers, and send the body "
        "as it is.",
    ),
    Kind(
        "missing-idempotency-key",
        400,
        "The request has no Idempotency-Key",
        "A POST is only safe to send twice if it names itself.",
        "Add the header `Idempotency-Key` with a new random value, and keep that value "
        "when you send the same request again.",
    ),
    Kind(
        "malformed-idempotency-key",
        400,
        "The Idempotency-Key cannot be used",
        "A key is 1 to 200 visible characters, bare or in double quotes, sent once.",
        "Use a random value such as a UUID.",
    ),
    Kind(
        "not-authenticated",
        401,
        "We do not know who is asking",
        "The request carries no token and no session, or one that is not good.",
        "Send `Authorization: Bearer` with an access token that the identity provider "
        "made for this service, or sign in at `/login`.",
    ),
    Kind(
        "step-up-required",
        401,
        "This takes a fresh and strong sign-in",
        "Votes, adoptions, publications, erasures and exports of many cases' words ask "
        "for a sign-in that is not long ago, and as strong as the house has chosen.",
        "Sign in again at `/login?step_up=true`, or get an access token with the "
        "`acr_values` and the `max_age` that `WWW-Authenticate` names, and send the "
        "request again.",
    ),
    Kind(
        "cross-site",
        403,
        "Another site may have sent this",
        "A browser sends its session with every request, also when another site makes "
        "it. This one does not show that it comes from our own pages.",
        "Send the `form_token` of `/v1/me` in the header `X-Form-Token`, from a page "
        "of this service; programs use a token instead of a session.",
    ),
    Kind(
        "forbidden",
        403,
        "Your role does not allow this",
        "Each action belongs to certain roles, and none of yours is among them.",
        "Ask somebody with one of the roles named to do it.",
    ),
    Kind(
        "not-assigned",
        403,
        "You have no part in this inspection that allows this",
        "Some roles hold only in the inspections to which their holder is assigned. "
        "Whoever never had a part in one is answered as if it were not there.",
        "Ask the inspection's lead inspector to assign you.",
    ),
    Kind(
        "not-your-case",
        403,
        "The case is allocated to somebody else",
        "A case is worked on by the person it is allocated to, or by the lead "
        "inspector.",
        "Ask the inspection's lead inspector to allocate it to you.",
    ),
    Kind(
        "unknown-role",
        422,
        "There is no such role to be assigned",
        "Only the roles in `accepted` are parts in an inspection; others hold in all.",
        "Name one of those in `accepted`.",
    ),
    Kind(
        "last-lead",
        409,
        "Somebody must lead the inspection",
        "This person is the only one who leads it.",
        "Assign another lead inspector first.",
    ),
    Kind(
        "reason-required",
        403,
        "Say why you look at this",
        "Whoever reads cases or sealed words without working on them says why; it is "
        "kept in the access log. The panel works on what is in its pack.",
        "Send the header `Access-Reason`, at most 200 characters, without names.",
    ),
    Kind(
        "unfit-address",
        422,
        "Nothing is sent to this address",
        "A webhook leads to the open network by `https`: never into a network of ours, "
        "and with nobody's name in it.",
        "Give an address like `https://example.org/adjudge`.",
    ),
    Kind(
        "too-many-webhooks",
        409,
        "There are as many webhooks as there may be",
        "Each webhook is told of everything it asks for, for as long as it is there.",
        "Remove one that is not needed at `/v1/webhooks`, or ask for more events with "
        "one.",
    ),
    Kind(
        "too-many-cases",
        403,
        "These are the words of too many cases",
        "One person alone takes away what was written about a few cases, not about a "
        "whole caseload.",
        "Ask for fewer: name a part, a person or a time. Or ask for all of them at "
        "`/v1/inspections/{inspection}/exports`, for governance to approve.",
    ),
    Kind(
        "not-found",
        404,
        "There is nothing here",
        "Nothing has this address, or you may not know of it.",
        "Check the address; inspections are listed at `/v1/inspections`.",
    ),
    Kind(
        "method-not-allowed",
        405,
        "This cannot be done here",
        "The address exists but does not take this method.",
        "Use one of the methods in the `Allow` header.",
    ),
    Kind(
        "request-timeout",
        408,
        "The request did not arrive in time",
        "Its headers, or its body after them, came too slowly or not to their end; "
        "nothing was recorded.",
        "Send it again, with the same Idempotency-Key.",
    ),
    Kind(
        "payload-too-large",
        413,
        "The body is too large",
        "A body may have at most 64 KiB, a batch 1 MiB, a caseload 10 MB, and evidence "
        "4,000 characters.",
        "Shorten the evidence, or attach the document and refer to it.",
    ),
    Kind(
        "unsupported-media-type",
        415,
        "The body is not declared as JSON",
        "Only `application/json` in UTF-8 is read.",
        "Send the header `Content-Type: application/json`.",
    ),
    Kind(
        "validation",
        422,
        "Some of what was sent does not fit",
        "A field is missing, unknown, of the wrong kind or out of range.",
        "Each entry of `errors` points at one place; correct them all.",
    ),
    Kind(
        "idempotency-key-reused",
        422,
        "This Idempotency-Key belongs to another request",
        "The same key came before with other content.",
        "Use a new key for a new request.",
    ),
    Kind(
        "request-in-progress",
        409,
        "This request is being carried out",
        "A request with the same key came before and has not been answered yet.",
        "Wait for the first reply; if its connection is lost, send it again a little "
        "later with the same key.",
    ),
    Kind(
        "reply-forgotten",
        409,
        "This request was carried out long ago",
        "The key is known and the request was carried out, but replies are kept for "
        "seven days only.",
        "Read what is on record instead of sending it again.",
    ),
    Kind(
        "expectation-failed",
        417,
        "The header Expect asks for something unknown",
        "Only `100-continue` can be expected.",
        "Leave the header `Expect` out, or send `100-continue`.",
    ),
    Kind(
        "rate-limited",
        429,
        "You are asking too often",
        "Each person may ask so many times a minute, so that nobody takes the service "
        "from the others.",
        "Send it again after the time in `Retry-After`, with the same key; send "
        "answers in batches, and ask with `If-None-Match` only when something moved.",
    ),
    # ---- what the framework does not know
    Kind(
        "unknown-question",
        422,
        "The framework has no such question",
        "Questions and prompts have the ids the framework gives them.",
        "Look the id up in the framework this inspection is held to.",
    ),
    Kind(
        "unknown-answer",
        422,
        "The framework has no such answer",
        "Answers are spelled as the framework spells them.",
        "Use one of the answers in `accepted`.",
    ),
    Kind(
        "unknown-fact",
        422,
        "The framework has no such fact",
        "Only facts that the framework declares can be recorded.",
        "Use one of the names in `accepted`.",
    ),
    Kind(
        "unknown-value",
        422,
        "The fact has no such value",
        "Values are spelled as the framework spells them.",
        "Use one of the values in `accepted`.",
    ),
    Kind(
        "unknown-sample",
        422,
        "The framework has no such sample",
        "A case belongs to one sample that the framework declares.",
        "Use one of the names in `accepted`.",
    ),
    Kind(
        "unknown-domain",
        422,
        "The framework has no such domain",
        "Domains have the ids the framework gives them.",
        "Use one of the ids in `accepted`.",
    ),
    Kind(
        "unknown-standard",
        422,
        "The framework has no such standard",
        "Standards have the ids the framework gives them.",
        "Use one of the ids in `accepted`.",
    ),
    Kind(
        "unknown-rating",
        422,
        "The framework has no such rating",
        "Ratings are spelled as the framework spells them.",
        "Use one of the ratings in `accepted`.",
    ),
    Kind(
        "unknown-framework",
        422,
        "There is no such framework",
        "Only adopted frameworks can be used.",
        "Use one of the ids in `accepted`; they are listed at `/v1/frameworks`.",
    ),
    Kind(
        "not-asked",
        422,
        "The question is not asked of this case",
        "A case answers the questions of the domains its sample was drawn for.",
        "Check the case and the question; the case lists what is asked of it.",
    ),
    Kind(
        "outside-sample",
        422,
        "The case does not belong to this sample",
        "What is known of the case contradicts what the sample is drawn from.",
        "Correct the fact, or choose the sample the case was drawn for.",
    ),
    Kind(
        "not-judged",
        422,
        "This standard is not rated by judgement",
        "Its rating follows from the answers to its questions.",
        "Answer its questions, or ask the panel where it is open to discretion.",
    ),
    Kind(
        "no-guidance",
        422,
        "There is no guidance for this standard",
        "The framework expects no rating of it, so nothing can be departed from.",
        "Put the reason into the rationale of the judgement.",
    ),
    Kind(
        "no-departure",
        409,
        "The rating does not depart from guidance",
        "Guidance is silent as yet, or expects the rating that was given.",
        "Give the reason once the rating differs from what guidance expects.",
    ),
    Kind(
        "not-eligible-for-discretion",
        422,
        "The standard is not open to discretion",
        "Discretion opens on the framework's grounds only, and goes only so far.",
        "Look at the grounds and figures of the standard at `discretion`.",
    ),
    Kind(
        "no-discretion",
        422,
        "The framework has no discretion for this standard",
        "Only standards that the framework names can be moved by the panel.",
        "Judge the standard, or answer its questions.",
    ),
    Kind(
        "not-open",
        422,
        "The standard is not open to discretion now",
        "None of the framework's grounds holds on the figures of this moment.",
        "Look at the grounds and figures of the standard at `discretion`.",
    ),
    Kind(
        "no-move",
        422,
        "The rating given is the computed one",
        "Applying discretion moves a rating.",
        "Decline, or name another rating.",
    ),
    Kind(
        "out-of-bounds",
        422,
        "The rating moves too far",
        "The framework says by how many bands the panel may move a standard.",
        "Name a rating within those bounds.",
    ),
    # ---- rules
    Kind(
        "rule-diagnostics",
        422,
        "The rules have mistakes",
        "A framework is adopted only if its text can be read and checked.",
        "Run `adjudge rules check` and correct what it names.",
    ),
    Kind(
        "rule-tests-failing",
        409,
        "The tests of the rules fail",
        "A framework is adopted only if every test in its file passes.",
        "Run `adjudge rules test` and mend the rules or the test.",
    ),
    Kind(
        "not-reviewed",
        409,
        "The draft was not reviewed",
        "A text is adopted when somebody else than its author read exactly it and was "
        "for it, and nobody was against it.",
        "Ask another author to review the draft.",
    ),
    # ---- the state of the record
    Kind(
        "incomplete-inspection",
        409,
        "Answers are still missing",
        "A decision rests on complete figures.",
        "See to each of `gaps`; without them: cases list what is asked of them.",
    ),
    Kind(
        "inspection-exists",
        409,
        "This id belongs to an inspection already",
        "Ids of inspections are never used twice.",
        "Choose another id.",
    ),
    Kind(
        "case-exists",
        409,
        "This reference belongs to a case already",
        "References of cases are never used twice in an inspection.",
        "Leave `case` out and let us make the reference.",
    ),
    Kind(
        "framework-not-chosen",
        409,
        "More than one framework is in force, or none",
        "Nothing says which rules the inspection is to be held to.",
        "Name one of those in `accepted` as `framework`.",
    ),
    Kind(
        "framework-not-in-force",
        409,
        "The framework is not in force on that day",
        "An inspection is held to rules in force when its fieldwork starts.",
        "Use one of those in `accepted`, or another day.",
    ),
    # ---- fieldwork
    Kind(
        "faulty-caseload",
        422,
        "The caseload cannot be used",
        "The file is not a table that can be read, or cells in it are wrong; nothing "
        "was frozen.",
        "Each entry of `errors` is one mistake; correct them all in the file.",
    ),
    Kind(
        "not-drawable",
        422,
        "The framework draws no samples",
        "Its rules name no sample, or ask for one that cannot be drawn.",
        "Add the cases one by one at `cases`.",
    ),
    Kind(
        "no-caseload",
        409,
        "No caseload is frozen",
        "Samples are drawn from a caseload that is fixed before anybody draws.",
        "Upload the service's caseload at `caseloads` first.",
    ),
    Kind(
        "samples-drawn",
        409,
        "The samples are drawn",
        "Samples are drawn once: a second draw could be preferred for what it drew.",
        "Exclude a case that cannot be assessed and call up a reserve.",
    ),
    Kind(
        "not-excluded",
        409,
        "The case counts",
        "A reserve is called up in the place of a case that does not count.",
        "Exclude the case first, with a reason.",
    ),
    Kind(
        "case-replaced",
        409,
        "Another case stands in for this one",
        "A reserve was called up in its place; both cannot count.",
        "Exclude the reserve, if this case is to count after all, and add it anew.",
    ),
    Kind(
        "no-reserves",
        409,
        "No reserve is left",
        "Every case of the sample's population has joined, or it was not drawn here.",
        "Go on without: the sample's size is reported as it is.",
    ),
    Kind(
        "case-excluded",
        409,
        "The case is excluded",
        "It does not count, so nobody works on it.",
        "Restore it first, if it is to count after all.",
    ),
    Kind(
        "allocated-twice",
        422,
        "One case is given to two people",
        "A case is assessed by one person.",
        "Name each case once.",
    ),
    Kind(
        "not-an-assessor",
        422,
        "This person cannot assess cases here",
        "Cases are assessed by people with a part in the inspection as inspector, "
        "lead inspector, local assessor or partner assessor.",
        "Assign the person at `assignments` first.",
    ),
    Kind(
        "reason-needed",
        422,
        "Say why",
        "The case is somebody else's; giving it to another person takes a reason.",
        "Send a `reason` with the allocation.",
    ),
    Kind(
        "incomplete-case",
        409,
        "Something about the case is still open",
        "Answers are missing, queries are not answered or resolved, or an answer is "
        "contested.",
        "See to each of `gaps`.",
    ),
    Kind(
        "case-submitted",
        409,
        "The case is submitted",
        "From its submission on, answers of a case change only when a second person "
        "agrees, and its facts not at all.",
        "Propose a correction at `corrections` of the answer, or have the case "
        "returned or reopened.",
    ),
    Kind(
        "case-accepted",
        409,
        "The case is accepted",
        "A colleague agreed with it; only what waits for a check is returned.",
        "Reopen it, with a reason.",
    ),
    Kind(
        "case-open",
        409,
        "The case is open",
        "Corrections are for submitted cases.",
        "Change the answer as usual.",
    ),
    Kind(
        "not-submitted",
        409,
        "It is not submitted",
        "Only what was submitted is checked, marked again or reopened.",
        "Wait until it is submitted.",
    ),
    Kind(
        "no-correction",
        422,
        "This is the answer that stands",
        "A correction proposes another answer.",
        "Send another answer, or none to withdraw it.",
    ),
    Kind(
        "correction-closed",
        409,
        "The correction is settled",
        "It was approved, rejected or followed by another.",
        "Read the corrections of the answer again.",
    ),
    Kind(
        "query-closed",
        409,
        "The query is answered",
        "A query is answered once.",
        "Wait for the checker to resolve it or to ask anew.",
    ),
    Kind(
        "marked-already",
        409,
        "The case was marked a second time",
        "Two judgements are compared, not more.",
        "Settle the differences between them.",
    ),
    # ---- erasing and holding
    Kind(
        "four-eyes",
        403,
        "This takes a second person",
        "Whoever asked for something that two people must agree on cannot approve it, "
        "whatever roles they have.",
        "Ask another person with one of the roles in `roles` to approve it.",
    ),
    Kind(
        "approval-waits",
        409,
        "It is too early to approve this",
        "Between asking and approving lies a wait, so that somebody can object or "
        "place a hold.",
        "Approve it from the time named.",
    ),
    Kind(
        "already-requested",
        409,
        "Somebody asked for this already",
        "A request waits for the approval of another person.",
        "Approve that request, or wait until it lapses.",
    ),
    Kind(
        "request-lapsed",
        409,
        "The request has lapsed",
        "A request that nobody approves within 14 days of the wait ends there.",
        "Ask for it anew.",
    ),
    Kind(
        "export-not-approved",
        409,
        "Nobody has approved this yet",
        "The words of many cases are taken away once governance has approved it.",
        "Wait until the request is `approved`; it is in the inbox of `governance`.",
    ),
    Kind(
        "export-closed",
        409,
        "This request is settled",
        "It was approved or rejected before, or the words were taken away already: an "
        "approval is good for once.",
        "Read the request again; to take words away once more, ask anew.",
    ),
    Kind(
        "legal-hold",
        409,
        "A hold keeps these words",
        "Nothing under a legal hold is erased, whoever asks.",
        "Have the hold released by two people first; holds are listed at "
        "`/v1/retention/holds`.",
    ),
    Kind(
        "words-unreadable",
        503,
        "The words cannot be read",
        "Their key is lost or damaged; nobody erased it. Answers and ratings are as "
        "they were.",
        "Tell whoever runs this service: the vault is to be restored from its backup.",
    ),
    Kind(
        "erased",
        410,
        "The words were erased",
        "Their key was destroyed; nobody can read them again. Answers and ratings are "
        "as they were.",
        "Who asked for it, who approved it and when is listed at `/v1/erasures`. To "
        "change an answer here, send it without words and without `Idempotency-Key`.",
    ),
    # ---- agreeing, reporting, publishing
    Kind(
        "not-agreed",
        409,
        "A panel has not agreed the ratings",
        "Nothing leaves the house before a quorum of the panel endorsed the ratings "
        "exactly as they are; any figure that moves takes that back.",
        "Look at `agreement`: it says what is missing and who endorsed.",
    ),
    Kind(
        "fieldwork-open",
        409,
        "The fieldwork is not finished",
        "Ratings are agreed on frozen figures: once every case was checked and the "
        "fieldwork submitted.",
        "Submit the fieldwork at `submissions`; `outstanding` lists what is open.",
    ),
    Kind(
        "already-agreed",
        409,
        "The ratings are agreed already",
        "A panel agreed exactly these ratings on these figures.",
        "Nothing is left to do; `agreement` shows who agreed.",
    ),
    Kind(
        "decision-lapsed",
        409,
        "A decision on discretion has lapsed",
        "The panel decided on figures that have moved since.",
        "Decide anew on the standards in `gaps`, then agree.",
    ),
    Kind(
        "departure-unexplained",
        409,
        "A departure from guidance has no reason",
        "A rating other than guidance expects takes a written reason that is about "
        "what is so now.",
        "Give the reason for the standards in `gaps` at `departures`.",
    ),
    Kind(
        "nothing-proposed",
        409,
        "Nothing is proposed",
        "There is nothing to vote on or to approve.",
        "Propose it first; somebody else votes and approves.",
    ),
    Kind(
        "proposal-replaced",
        409,
        "Another proposal took its place",
        "Votes are for one proposal, and it is not this one any more.",
        "Read the standard at `discretion` again and vote on what stands proposed.",
    ),
    Kind(
        "already-voted",
        409,
        "You have voted",
        "One person has one vote on a proposal, and it is not changed.",
        "Somebody can propose anew; votes begin again then.",
    ),
    Kind(
        "quorum-not-met",
        409,
        "Too few of the panel are for it",
        "A decision takes a quorum in favour, and more for than against; votes lapse.",
        "Ask more of the panel to vote, or propose something else.",
    ),
    Kind(
        "not-what-was-voted",
        409,
        "This is not what was voted for",
        "Whoever approves a decision approves what the panel voted for, and nothing "
        "else.",
        "Send the outcome and the rating that were proposed, or propose anew.",
    ),
    Kind(
        "nothing-reviewed",
        422,
        "Nothing was looked at again",
        "Discretion rests on a case or a sub-sample that was reviewed.",
        "Name at least one in `cases_reviewed` or `groups_reviewed`.",
    ),
    Kind(
        "reason-too-short",
        422,
        "The reason says too little",
        "A reason for discretion is published and has at least 50 characters.",
        "Say what was looked at and what was found.",
    ),
    Kind(
        "inspection-locked",
        409,
        "Nothing that a rating rests on moves now",
        "The fieldwork is submitted, or the report is published.",
        "Reopen the fieldwork at `reopenings`, with a reason. What is published "
        "changes only by an erratum: ask one of `roles` to open it, then correct, "
        "agree and publish again.",
    ),
    Kind(
        "no-draft",
        409,
        "No draft was sent",
        "The service sees a draft before anything is published.",
        "Send the draft first.",
    ),
    Kind(
        "due-date-past",
        422,
        "That day is past",
        "The service needs a day that it can still meet.",
        "Name today or a later day in `due_on`.",
    ),
    Kind(
        "accuracy-check-over",
        409,
        "The accuracy check is over",
        "Points can be raised until the day named with the draft.",
        "Ask the lead inspector to send the draft again with a later day.",
    ),
    Kind(
        "already-settled",
        409,
        "The point is settled",
        "A point is accepted or rejected once.",
        "Raise another point if something else is wrong.",
    ),
    Kind(
        "points-open",
        409,
        "Points of the accuracy check are open",
        "Every point that the service raised is settled before publication.",
        "Settle the points in `gaps`.",
    ),
    Kind(
        "content-moved",
        409,
        "It reads otherwise now",
        "What is published, or taken away, is exactly what both people have seen.",
        "Read it again and send its `content_hash`.",
    ),
    Kind(
        "erratum-unexplained",
        422,
        "Say what the erratum puts right",
        "Every publication after the first corrects an earlier one, and says how.",
        "Add `erratum`.",
    ),
    Kind(
        "not-published",
        409,
        "It is not published",
        "This follows a publication, and there is none that it could follow now.",
        "Publish first; see `publications`.",
    ),
    Kind(
        "no-plan",
        409,
        "There is no action plan",
        "A review is of a plan that was received.",
        "Put the plan on record first.",
    ),
    Kind(
        "already-reviewed",
        409,
        "The plan was reviewed",
        "A plan is reviewed once; what is not sufficient is answered by another.",
        "Put the new plan on record, then review that.",
    ),
    Kind(
        "already-pinned",
        409,
        "It is held to this revision already",
        "Moving to a revision takes another one.",
        "Choose another revision; they are listed at `/v1/frameworks`.",
    ),
    Kind(
        "impact-moved",
        409,
        "The impact is not what was seen",
        "Answers or rules moved since the impact was shown.",
        "Look at the impact again and send its `impact_hash`.",
    ),
    Kind(
        "unknown-evidence",
        422,
        "There is no such evidence",
        "A judgement rests on evidence that is on record.",
        "Use ids listed at `evidence`.",
    ),
    Kind(
        "unknown-medium",
        422,
        "Evidence has no such medium",
        "It is a document, a meeting, an interview or a survey.",
        "Use one of the words in `accepted`.",
    ),
    Kind(
        "unknown-part",
        422,
        "The report has no such part",
        "Findings are of domains, standards, questions or `overall`.",
        "Use one of the ids in `accepted`.",
    ),
    Kind(
        "unknown-group",
        422,
        "The framework has no such group",
        "Sub-samples bear the names that the framework gives them.",
        "Use one of the names in `accepted`.",
    ),
    Kind(
        "unknown-outcome",
        422,
        "There is no such outcome",
        "Outcomes are a few words.",
        "Use one of the words in `accepted`.",
    ),
    # ---- two people, one thing
    Kind(
        "figures-moved",
        409,
        "The figures moved since they were read",
        "A decision holds for the figures it was taken on, and these are others now.",
        "Read the standard at `discretion` again, decide on what it shows, and send "
        "its `figures_hash`.",
    ),
    Kind(
        "stale-answer",
        412,
        "It has changed since you read it",
        "Somebody recorded another version after the one you named.",
        "Read it again, decide with both in view, and send the version you then saw "
        "in `If-Match`.",
    ),
    Kind(
        "earlier-item-refused",
        424,
        "The item it follows was not carried out",
        "The item changes what an earlier item of the batch was to record, and that "
        "one was refused.",
        "Settle the earlier item, then send both again with the same keys, or this one "
        "with the version you have seen.",
    ),
    Kind(
        "precondition-required",
        428,
        "Say which version you are changing",
        "Changing what is on record without naming the version seen could overwrite "
        "somebody else's work.",
        "Read it, and send its `ETag` in `If-Match`.",
    ),
    # ---- the service
    Kind(
        "internal-error",
        500,
        "Something went wrong on our side",
        "The service met a fault; nothing of the request was recorded unless a reply "
        "said so.",
        "Send it again with the same Idempotency-Key, and quote the request id if it "
        "happens again.",
    ),
    Kind(
        "identity-provider-unavailable",
        503,
        "The identity provider cannot be asked",
        "Who is asking is told by an identity provider, which gives no answer that can "
        "be used at this moment.",
        "Send it again after the time in `Retry-After`; tell the operator if it lasts.",
    ),
    Kind(
        "overloaded",
        503,
        "Too much is waiting to be written",
        "More requests came than the disk can take.",
        "Send it again after the time in `Retry-After`, with the same key.",
    ),
    Kind(
        "store-unavailable",
        503,
        "The record cannot be reached",
        "The store cannot be read or written at present; nothing was recorded.",
        "Send it again later with the same key; tell the operator if it lasts.",
    ),
    Kind(
        "integrity-alarm",
        503,
        "The ledger is not what was signed",
        "The ledger does not extend a checkpoint made of it, or was changed behind the "
        "service's back. Until somebody has looked, nothing more is recorded.",
        "Nothing was recorded. Tell the operator and governance; what differs is shown "
        "at `/v1/audit/integrity`.",
    ),
    Kind(
        "nothing-signed",
        409,
        "There is no checkpoint of that size",
        "Proofs are made against signed checkpoints, and there is none yet, or none of "
        "the size asked for.",
        "Use a size listed at `/v1/audit/checkpoints`.",
    ),
    Kind(
        "projection-behind",
        503,
        "The record does not reach that far here yet",
        "The position in `min_position` did not come within two seconds.",
        "Send it again after the time in `Retry-After`; if no reply ever named that "
        "position, leave `min_position` out.",
    ),
    Kind(
        "draining",
        503,
        "The service is being stopped",
        "It finishes what it has begun and takes nothing new.",
        "Send it again after the time in `Retry-After`.",
    ),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.slug: kind for kind in _KINDS})
"""Kinds of problem by slug."""


def statuses(slugs: tuple[str, ...]) -> Mapping[int, tuple[str, ...]]:
    """Slugs by the status they are answered with, lowest first."""
    by_status: dict[int, tuple[str, ...]] = {}
    for slug in slugs:
        kind = KINDS[slug]
        by_status[kind.status] = (*by_status.get(kind.status, ()), slug)
    return dict(sorted(by_status.items()))
