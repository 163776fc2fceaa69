//! Rows of the log in words: who did what to which of one's data, and when.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        accounts::{self, Person},
        audit::entity::audit_row,
        patients,
    },
    infra::vault::Private,
    web::{Error, Page, Role, words::TimeWords},
};

/// One row as its reader sees it.
pub(super) struct Line {
    /// When.
    pub(super) at: TimeWords,
    /// Whether the reader did it.
    pub(super) own: bool,
    /// The name, unless the reader did it.
    pub(super) who: Private,
    /// What that person is to the clinic, in words.
    pub(super) role: String,
    /// "Membaca resep".
    pub(super) what: String,
    /// The action and the kind of thing, as `data.json` names them.
    pub(super) act: (String, String),
    /// Which thing.
    pub(super) subject: Uuid,
    /// Whose data, if they are a patient's.
    pub(super) patient: Option<Private>,
}

/// `rows` in the words of `page`, for the holder of the account `reader`.
pub(super) async fn lines(
    app: &App,
    page: &Page,
    reader: Uuid,
    rows: Vec<audit_row::Model>,
) -> Result<Vec<Line>, Error> {
    let connection = app.db.read();
    let mut actors: Vec<Uuid> = rows.iter().map(|row| row.actor_id).collect();
    let mut patients: Vec<Uuid> = rows.iter().filter_map(|row| row.patient_id).collect();
    for ids in [&mut actors, &mut patients] {
        ids.sort_unstable();
        ids.dedup();
    }
    let people = accounts::people_of(connection, &app.vault, actors).await?;
    let names = patients::names_of(connection, &app.vault, patients).await?;
    Ok(rows.into_iter().map(|row| line(page, reader, row, &people, &names)).collect())
}

fn line(
    page: &Page,
    reader: Uuid,
    row: audit_row::Model,
    people: &HashMap<Uuid, Person>,
    names: &HashMap<Uuid, Private>,
) -> Line {
    let person = people.get(&row.actor_id);
    let did = page.words.lang;
    let action = if did.has(&format!("own-data-did-{}", row.action)) { row.action.clone() } else { "other".to_owned() };
    let kind = row.subject.replace('_', "-");
    let kind = if did.has(&format!("own-data-thing-{kind}")) { kind } else { "other".to_owned() };
    let thing = page.t(&format!("own-data-thing-{kind}"));
    Line {
        at: page.words.day_and_time(row.at),
        own: row.actor_id == reader,
        who: person.map(|person| person.name.clone()).unwrap_or_default(),
        role: page.t(person.map_or("own-data-role-program", |person| role_key(person.role))),
        what: page.t2("own-data-did-what", "did", page.t(&format!("own-data-did-{action}")), "thing", thing),
        patient: row.patient_id.and_then(|id| names.get(&id).cloned()),
        act: (row.action, row.subject),
        subject: row.subject_id,
    }
}

pub(super) const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Patient => "own-data-role-family",
        Role::Doctor => "common-role-doctor",
        Role::Admin => "own-data-role-desk",
        Role::Pharmacist => "common-role-pharmacist",
    }
}
