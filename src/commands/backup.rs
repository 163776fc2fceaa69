//! `praktik backup`: everything that the clinic keeps, as it is at one moment, while it goes on (O2).
//!
//! Rows are written as rows, so that nothing of free pages and logs comes along, and so that either engine can take
//! them. Keys of rooms are not among them: what rooms said is read by nobody who has a backup.

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
        db,
        master_keys::{KeyId, MasterKeys},
        tables::{self, Table},
        vault,
    },
    web::limits::Limits,
};

/// Tables that are left out: who was signed in, one-time links, letters that wait. After a restore everybody logs in
/// again and asks for links anew.
pub const LEFT_OUT: [&str; 3] = ["sessions", "password_links", "mails"];

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
        eprintln!(
            "backed up {} rows of {} tables in {} bytes; it opens with the master key {}",
            made.rows, made.tables, made.bytes, made.master_key
        );
        if let Some(head) = made.head {
            eprintln!("audit log head {head}");
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
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()?;
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

/// Writes a backup of `app`.
pub async fn write<W: Write>(app: &App, to: W) -> anyhow::Result<(W, Made)> {
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
    state.rollback().await?;
    let contents = Contents {
        schema: db::schema(),
        made_at: app.now().millis(),
        master_key: by.uuid(),
        audit_head: head.as_ref().map(ToString::to_string),
        parts: Vec::new(),
    };
    let (to, bytes) = writer.end(contents)?;
    Ok((to, Made { tables: count, rows, bytes, master_key: by, head }))
}

async fn write_table(
    state: &DatabaseTransaction,
    table: &Table,
    keys: (&MasterKeys, KeyId),
    writer: &mut Writer<impl Write>,
) -> anyhow::Result<usize> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let (mut count, mut number, mut after) = (0, 1, None::<Vec<Json>>);
    loop {
        let mut rows = table.read(state, after.as_deref(), ROWS as u64).await?;
        after = rows.last().cloned();
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
