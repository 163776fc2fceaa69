//! `praktik backup`: everything that the clinic keeps, as it is at one moment, while it goes on (O2).
//!
//! Rows are written as rows, so that nothing of free pages and logs comes along, and so that either engine can take
//! them. Keys of rooms are not among them: what rooms said is read by nobody who has a backup. Contents of files follow,
//! sealed as they lie in the file store.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use sea_orm::{ConnectionTrait, DatabaseTransaction, prelude::Uuid};
use serde_json::Value as Json;

use super::serve::Place;
use crate::{
    app::App,
    clinic::audit,
    infra::{
        archive::{Contents, Writer},
        clock::Clock,
        db, disk, files,
        master_keys::{KeyId, MasterKeys},
        print,
        tables::{self, Table},
        vault,
    },
    web::limits::Limits,
};

/// Tables that are left out: who was signed in, what was begun and would not be ended, one-time links, letters that
/// wait, counts of tries. After a restore everybody logs in again and asks for links anew. What points at their rows
/// points at nothing.
pub const LEFT_OUT: [&str; 9] = [
    "sessions",
    "ended_sessions",
    "passkey_ceremonies",
    "password_links",
    "email_links",
    "reset_requests",
    "mails",
    "tries",
    "code_tries",
];

/// Begins the name of a part that is a file's content; its id follows.
pub(super) const FILE: &str = "files/";

/// Rows of a part.
const ROWS: usize = 500;

/// What a backup holds.
#[derive(Args)]
pub struct Backup {
    /// The file to write, made anew; `-` writes to standard output.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// What a backup came to.
#[derive(Debug)]
pub struct Made {
    /// Tables that are in it.
    pub tables: usize,
    /// Their rows.
    pub rows: usize,
    /// Files whose contents are in it.
    pub files: usize,
    /// Files that have a row and no content.
    pub lost: Vec<Uuid>,
    /// Its length.
    pub bytes: u64,
    /// The master key that opens it.
    pub master_key: KeyId,
    /// The head of the audit chain in it.
    pub head: Option<audit::Head>,
}

impl Backup {
    /// Carries it out.
    pub async fn run(self) -> anyhow::Result<()> {
        let master = self.place.existing_master_key()?;
        let app = App::open(self.place.config(), Clock::system(), master, Limits::none()).await?;
        let made = if self.file == Path::new("-") {
            write(&app, io::stdout().lock()).await?.1
        } else {
            to_file(&app, &self.file).await?
        };
        // Standard output may be the backup itself.
        print::note(format_args!(
            "backed up {} rows of {} tables and {} files in {} bytes; it opens with the master key {}",
            made.rows, made.tables, made.files, made.bytes, made.master_key
        ));
        for id in &made.lost {
            print::note(format_args!("the file {id} has no content in the file store; it is not in the backup"));
        }
        if let Some(head) = made.head {
            print::note(format_args!("audit log head {head}"));
        }
        Ok(())
    }
}

/// Writes a backup of `app` to `file`: under another name until it is whole and on the disk.
pub async fn to_file(app: &App, file: &Path) -> anyhow::Result<Made> {
    let mut part = file.to_owned().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = to_part(app, &part).await;
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    let made = written.with_context(|| format!("the backup {} could not be written", file.display()))?;
    fs::rename(&part, file)?;
    disk::keep_name(file)?;
    Ok(made)
}

async fn to_part(app: &App, part: &Path) -> anyhow::Result<Made> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let (to, made) = write(app, BufWriter::new(options.open(part)?)).await?;
    to.into_inner().context("the disk may be full")?.sync_all()?;
    Ok(made)
}

/// Writes a backup of `app`, which says in the audit log that it was made.
pub async fn write<W: Write>(app: &App, to: W) -> anyhow::Result<(W, Made)> {
    note(app).await?;
    let state = app.db.snapshot().await?;
    let by = vault::wrapping_key(&state).await?.context("the database is not a clinic's yet")?;
    let master = app.vault.master();
    let mut writer = Writer::begin(to, &master.find(by)?)?;
    let (mut count, mut rows) = (0, 0);
    for table in tables::all(&state).await? {
        if LEFT_OUT.contains(&table.name.as_str()) {
            continue;
        }
        count += 1;
        rows += write_table(&state, &table, (master, by), &mut writer).await?;
    }
    let head = audit::head(&state).await?;
    let (files, lost) = write_files(app, &state, &mut writer).await?;
    state.rollback().await?;
    let contents = Contents {
        schema: db::schema(),
        made_at: app.now().millis(),
        audit_head: head.as_ref().map(ToString::to_string),
        parts: Vec::new(),
    };
    let (to, bytes) = writer.end(contents)?;
    Ok((to, Made { tables: count, rows, files, lost, bytes, master_key: by, head }))
}

async fn note(app: &App) -> anyhow::Result<()> {
    let now = app.now();
    let act = audit::Act {
        actor: audit::OPERATOR,
        action: "backup",
        subject: "clinic-data",
        subject_id: Uuid::nil(),
        patient: None,
    };
    app.db.write(move |tx| async move { audit::record(&tx, act, now).await }).await?;
    // The head in the backup is that of the row.
    Ok(audit::link_new(app).await?)
}

/// Writes the content of every file that has a row; says how many there are, and which have none.
async fn write_files(
    app: &App,
    state: &DatabaseTransaction,
    writer: &mut Writer<impl Write>,
) -> anyhow::Result<(usize, Vec<Uuid>)> {
    let (mut count, mut lost) = (0, Vec::new());
    for id in files::all(state).await? {
        match app.files.get_sealed(id).await.with_context(|| format!("the file {id} cannot be read"))? {
            Some(sealed) => {
                writer.add(format!("{FILE}{id}"), &sealed)?;
                count += 1;
            }
            // Removed since the moment of the backup: the file is gone from the clinic too.
            None if files::find(app.db.read(), id).await?.is_none() => {}
            None => lost.push(id),
        }
    }
    Ok((count, lost))
}

async fn write_table(
    state: &DatabaseTransaction,
    table: &Table,
    keys: (&MasterKeys, KeyId),
    writer: &mut Writer<impl Write>,
) -> anyhow::Result<usize> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let is_void = |column: &str| table.points.get(column).is_some_and(|to| LEFT_OUT.contains(&to.as_str()));
    let void: Vec<usize> = (0..).zip(&columns).filter(|(_, name)| is_void(name)).map(|(at, _)| at).collect();
    let (mut count, mut number, mut after) = (0, 1, None::<Vec<Json>>);
    loop {
        let mut rows = table.read(state, after.as_deref(), ROWS as u64).await?;
        after = rows.last().cloned();
        for column in &void {
            rows.iter_mut().filter_map(|row| row.get_mut(*column)).for_each(|value| *value = Json::Null);
        }
        if table.name == vault::TABLE {
            // A rotation may be under way: the backup's keys are all wrapped by the one that opens it.
            rows.iter_mut().try_for_each(|row| wrap_anew(&columns, row, keys))?;
        }
        let whole = serde_json::json!({ "table": table.name, "columns": columns, "rows": rows });
        if !rows.is_empty() {
            writer.add(format!("rows/{}/{number}", table.name), &serde_json::to_vec(&whole)?)?;
        }
        count += rows.len();
        number += 1;
        if rows.len() < ROWS {
            return Ok(count);
        }
    }
}

fn wrap_anew(columns: &[&str], row: &mut [Json], (master, by): (&MasterKeys, KeyId)) -> anyhow::Result<()> {
    let at = |wanted: &str| columns.iter().position(|name| *name == wanted).context("keys have other columns");
    let text = |row: &[Json], place: usize| row.get(place).and_then(Json::as_str).map(str::to_owned);
    let (id, wrapped) = (at("id")?, at("wrapped")?);
    let owner: Uuid = text(row, id).context("a key has no owner")?.parse()?;
    let old = text(row, wrapped).context("a key is empty")?;
    if let Some(value) = row.get_mut(wrapped) {
        *value = vault::wrap_text_anew(master, by, owner, &old)?.into();
    }
    Ok(())
}

/// What tells whether a database is a clinic's already.
pub(super) async fn holds_people(connection: &impl ConnectionTrait) -> anyhow::Result<bool> {
    Ok(vault::count_keys(connection).await? > 0)
}
