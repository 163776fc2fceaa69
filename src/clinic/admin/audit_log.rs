//! The audit log without content: who did what to which thing, when, and whether the chain is whole (S2).

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use jiff::civil::Date;
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        accounts::{
            AdminAccount,
            staff::{self, Member},
        },
        audit::{
            self, Act, Cursor, Search, checks,
            entity::{audit_check, audit_row},
        },
        doctors,
    },
    infra::clock::Instant,
    web::{
        Error, FieldErrors, Form, FormState, Lang, NoFields, Page, Role, Sentence, forms,
        page::{draw, go_with_notice},
        words::TimeWords,
    },
};

const PATH: &str = "/admin/audit";
const A_PAGE: usize = 50;
/// The end of an id: its beginning is the time, which many have in common.
const SHORT: usize = 8;

/// What can be asked for by name; its words are the keys `audit-action-…`.
const ACTIONS: [&str; 60] = [
    "add-days-off",
    "add-passkey",
    "add-totp",
    "agree",
    "backup",
    "book",
    "cancel",
    "change",
    "change-email",
    "change-password",
    "check",
    "confirm",
    "confirm-email",
    "confirm-identity",
    "correct",
    "correct-nik",
    "create",
    "deactivate",
    "draft",
    "edit",
    "edit-identity",
    "end-care",
    "end-session",
    "end-sessions",
    "export",
    "import",
    "invite",
    "issue",
    "link-care",
    "lock",
    "lock-account",
    "new-recovery-codes",
    "open-account",
    "password-link",
    "publish",
    "reactivate",
    "refuse-passkey",
    "register",
    "release-nik",
    "remove-days-off",
    "remove-logo",
    "remove-passkey",
    "remove-photo",
    "remove-totp",
    "rename",
    "rename-passkey",
    "reset-second-factor",
    "restore",
    "restore-backup",
    "retire",
    "rotate",
    "set-logo",
    "set-password",
    "set-photo",
    "unlink-care",
    "unlock",
    "unlock-account",
    "use-recovery-code",
    "view",
    "withdraw",
];

#[derive(Template)]
#[template(path = "clinic/admin/audit.html")]
struct AuditPage {
    page: Page,
    form: FormState,
    people: Vec<Choice>,
    actions: Vec<Choice>,
    rows: Vec<Row>,
    /// The rest of the address of the next page.
    older: Option<String>,
    chain: Chain,
}

struct Choice {
    value: String,
    words: String,
}

struct Row {
    at: TimeWords,
    who: String,
    /// The rest of the address that shows this person's acts alone.
    only: String,
    what: String,
    subject: String,
    patient: Option<String>,
}

/// What the last check found.
enum Chain {
    Unknown,
    Running,
    Whole { rows: i64, at: TimeWords },
    Broken { place: i64, at: TimeWords },
}

impl Chain {
    fn of(check: Option<audit_check::Model>, page: &Page) -> Self {
        let Some(check) = check else { return Self::Unknown };
        let Some(finished) = check.finished_at else { return Self::Running };
        let at = page.words.day_and_time(finished);
        match check.broken_place {
            Some(place) => Self::Broken { place, at },
            None => Self::Whole { rows: check.rows.unwrap_or_default(), at },
        }
    }
}

/// What was asked for: a page of the log, and the form as it was sent.
struct Asked {
    search: Search,
    form: FormState,
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// What of the address cannot be read is left out, but a day that is none is said at its field.
    fn read(app: &App, page: &Page, query: Option<String>) -> Self {
        let typed: Vec<(String, String)> =
            form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        let mut pairs = typed.clone();
        forms::join_dates(&mut pairs);
        let value = |name: &str| pairs.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text.as_str());
        let mut errors = FieldErrors::default();
        let mut day = |name: &str| match value(name) {
            "" => None,
            text => errors.take(name, forms::day(text)),
        };
        let (first, last) = (day("from"), day("to"));
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            errors.add("to", Sentence::new("doctors-days-off-backwards"));
        }
        let search = Search {
            actor: value("person").parse().ok(),
            action: ACTIONS.into_iter().find(|action| *action == value("action")).map(str::to_owned),
            from: first.and_then(|day| begins(app, day)),
            until: last.and_then(|day| day.tomorrow().ok()).and_then(|day| begins(app, day)),
            before: Cursor::parse(value("before")),
        };
        pairs.retain(|(name, text)| ["person", "action", "from", "to"].contains(&name.as_str()) && !text.is_empty());
        let form = FormState::of(typed);
        let form = if errors.is_empty() { form } else { form.refused(&errors, page.language()) };
        Self { search, form, pairs }
    }

    /// The address of the rows before `cursor`.
    fn older(&self, cursor: Cursor) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.pairs).append_pair("before", &cursor.text());
        format!("{PATH}?{}", query.finish())
    }
}

fn begins(app: &App, day: Date) -> Option<Instant> {
    Instant::of_day(day, 0, &app.clinic().zone)
}

/// `GET /admin/audit`: reading it is a row of its own.
pub async fn show(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    audit::record_view(&app, act(admin.user, "view", Uuid::nil())).await?;
    let asked = Asked::read(&app, &page, query);
    let reader = app.db.read();
    let most = u64::try_from(A_PAGE + 1).unwrap_or(u64::MAX);
    let mut found = audit::search(reader, &asked.search, most).await?;
    let more = found.len() > A_PAGE;
    found.truncate(A_PAGE);
    let older = found.last().filter(|_| more).map(|row| asked.older(Cursor::of(row)));
    let mut actors: Vec<Uuid> = found.iter().map(|row| row.actor_id).collect();
    actors.sort_unstable();
    actors.dedup();
    let known = staff::known_as(reader, &app.vault, actors).await?;
    let who = |actor: Uuid| match known.get(&actor) {
        Some((role, Some(name))) => format!("{} · {}", name.reveal(), role_words(*role, &page)),
        Some((role, None)) => format!("{} {}", role_words(*role, &page), short(actor)),
        None if actor == audit::OPERATOR => page.t("audit-operator"),
        None => page.t1("audit-somebody", "id", short(actor)),
    };
    let rows = found.iter().map(|row| Row::of(row, who(row.actor_id), &page)).collect();
    let people = people_choices(&app, &page, asked.search.actor).await?;
    let chain = Chain::of(checks::last(reader).await?, &page);
    let actions = action_choices(&page);
    draw(&AuditPage { form: asked.form, people, actions, rows, older, chain, page: page.private() })
}

impl Row {
    fn of(row: &audit_row::Model, who: String, page: &Page) -> Self {
        Self {
            at: page.words.day_and_time(row.at),
            who,
            only: format!("{PATH}?person={}", row.actor_id),
            what: action_words(&row.action, page.language()),
            subject: subject(row, page.language()),
            patient: row.patient_id.map(short),
        }
    }
}

/// The words of an action; what has none yet is shown as it is stored.
fn action_words(action: &str, lang: Lang) -> String {
    let has_words = lang.has(&format!("audit-action-{action}"));
    if has_words { lang.t(&format!("audit-action-{action}")) } else { action.to_owned() }
}

/// The same for the kind of thing.
fn subject_words(subject: &str, lang: Lang) -> String {
    let name = subject.replace('_', "-");
    let has_words = lang.has(&format!("audit-subject-{name}"));
    if has_words { lang.t(&format!("audit-subject-{name}")) } else { subject.to_owned() }
}

/// The kind of thing and which one; what there is one of has no id.
fn subject(row: &audit_row::Model, lang: Lang) -> String {
    let kind = subject_words(&row.subject, lang);
    if row.subject_id.is_nil() { kind } else { format!("{kind} {}", short(row.subject_id)) }
}

fn short(id: Uuid) -> String {
    let id = id.simple().to_string();
    format!("#{}", id.get(id.len().saturating_sub(SHORT)..).unwrap_or_default())
}

fn role_words(role: Role, page: &Page) -> String {
    page.t(match role {
        Role::Patient => "common-role-patient",
        Role::Doctor => "common-role-doctor",
        Role::Admin => "common-role-admin",
        Role::Pharmacist => "common-role-pharmacist",
    })
}

fn action_choices(page: &Page) -> Vec<Choice> {
    let mut choices: Vec<Choice> = ACTIONS
        .into_iter()
        .map(|action| Choice { value: action.to_owned(), words: action_words(action, page.language()) })
        .collect();
    choices.sort_by(|one, other| one.words.cmp(&other.words));
    choices
}

/// Those who work at the clinic, and whoever is asked for.
async fn people_choices(app: &App, page: &Page, asked: Option<Uuid>) -> Result<Vec<Choice>, Error> {
    let staff = staff::all(app.db.read(), &app.vault, app.now()).await?;
    let mut choices: Vec<Choice> = doctors::all(app.db.read())
        .await?
        .into_iter()
        .map(|doctor| Choice { value: doctor.user_id.to_string(), words: doctor.name })
        .collect();
    choices.extend(staff.into_iter().map(|Member { person, .. }| Choice {
        value: person.user.to_string(),
        words: format!("{} · {}", person.name.reveal(), role_words(person.role, page)),
    }));
    if let Some(asked) = asked {
        let value = asked.to_string();
        if !choices.iter().any(|choice| choice.value == value) {
            choices.push(Choice { value, words: page.t1("audit-somebody", "id", short(asked)) });
        }
    }
    Ok(choices)
}

/// `POST /admin/audit/check`: has the whole chain followed, by a job.
pub async fn check(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let now = app.now();
    let asked = app.db.write(move |tx| async move {
        let id = checks::ask(&tx, now).await?;
        audit::record(&tx, act(admin.user, "check", id), now).await
    });
    asked.await?;
    app.job_nudge.notify_one();
    Ok(go_with_notice(PATH, "audit-check-asked"))
}

const fn act(actor: Uuid, action: &'static str, subject: Uuid) -> Act {
    Act { actor, action, subject: "audit_log", subject_id: subject, patient: None }
}
