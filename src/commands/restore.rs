//! `praktik restore`: a clinic from a backup, with what was erased since erased again before it opens (O2).

use std::{
    fs::{self, File},
    io::{self, BufReader},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use clap::Args;
use sea_orm::{ConnectionTrait as _, DbBackend, prelude::Uuid};
use serde::Deserialize;
use serde_json::Value as Json;

use super::{backup, serve::Place};
use crate::{
    app::App,
    clinic::{audit, encounter::rooms},
    infra::{
        archive::{Contents, Damage, Reader},
        clock::{Clock, Instant},
        db::{self, Db, Tx},
        disk,
        files::Files,
        hold::{self, Serving},
        master_keys::MasterKeys,
        postgres, print,
        room_keys::RoomKeys,
        tables,
        vault::{self, Vault},
    },
    web::limits::Limits,
};

/// What to restore, and where to.
#[derive(Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    /// Replace the clinic that is there.
    #[arg(long)]
    force: bool,
    /// Keep the master key that was given in the file beside the data folder.
    #[arg(long, requires = "master_key")]
    keep_key: bool,
    #[command(flatten)]
    place: Place,
}

/// What restoring came to.
#[derive(Debug, Default)]
pub struct Restored {
    /// Rows that are back.
    pub rows: usize,
    /// Their tables.
    pub tables: usize,
    /// Files whose contents are back.
    pub files: usize,
    /// Rooms that were erased again, and those that were open and cannot be read any more.
    pub rooms: u64,
    /// Messages that went with them.
    pub messages: u64,
    /// What is wrong with the audit log in the backup, if anything is.
    pub audit: Option<audit::Fault>,
}

impl Restored {
    fn print(&self) -> io::Result<()> {
        print::line(format_args!("{} rows of {} tables and {} files are back", self.rows, self.tables, self.files))?;
        print::line(format_args!("{} rooms were erased again, with {} messages", self.rooms, self.messages))?;
        print::line("everybody has to log in again; links and letters that were on their way are void")?;
        match &self.audit {
            None => print::line("the audit log is whole"),
            Some(fault) => print::line(format_args!("the audit log was not whole when the backup was made: {fault}")),
        }
    }
}

type Source = Reader<BufReader<File>>;

impl Restore {
    /// Carries it out.
    pub async fn run(self) -> anyhow::Result<()> {
        let restored = restore(&self.place, &self.file, self.force, &Clock::system()).await?;
        restored.print()?;
        let key = self.place.key_file();
        if self.keep_key && !key.exists() {
            self.place.master_key()?.keep_in(&key)?;
            print::line(format_args!("the master key lies in {} now", key.display()))?;
        } else if !key.exists() {
            print::line("serve needs the master key again: give it as PRAKTIK_MASTER_KEY")?;
        }
        Ok(())
    }
}

/// Restores the backup `file` to `place`.
pub async fn restore(place: &Place, file: &Path, force: bool, clock: &Clock) -> anyhow::Result<Restored> {
    place.create()?;
    let alone = hold::alone(&place.data)?;
    let serving = Serving::begin(&place.data, place.database.as_deref()).await?;
    let master = Arc::new(keys(place)?);
    let source = File::open(file).with_context(|| format!("the backup {} cannot be read", file.display()))?;
    let mut source = Reader::open(BufReader::new(source), &master)?;
    let contents = source.contents().clone();
    if contents.schema != db::schema() {
        bail!(
            "the backup was made by another version of Praktik (its database is at {}, this one's at {}); restore it \
             with that version and then start this one",
            contents.schema,
            db::schema()
        );
    }
    // Nothing is touched before every part is known to be whole.
    source.each(|_, _| Ok::<_, Damage>(()))?;
    let room_keys = RoomKeys::open(&place.data, Arc::clone(&master)).await?;
    let files = Files::open(place.files.as_deref(), &place.data)?;
    let filling = Filling { source, contents, master, files, rooms: room_keys.rooms().await?, now: clock.now() };
    let restored = match &place.database {
        Some(url) => to_server(url, filling, force).await?,
        None => to_folder(place, filling, force).await?,
    };
    drop((room_keys, alone, serving));
    note(place, clock).await?;
    Ok(restored)
}

/// The keys at hand: those of the file beside the data folder first, for they are the clinic's; then what was given.
fn keys(place: &Place) -> anyhow::Result<MasterKeys> {
    let path = place.key_file();
    match (&place.master_key, path.exists()) {
        (Some(text), true) => Ok(MasterKeys::read_or_create(&path)?.and(&MasterKeys::parse(text)?)),
        (Some(text), false) => MasterKeys::parse(text).context("the master key that was given is not readable"),
        (None, true) => Ok(MasterKeys::read_or_create(&path)?),
        (None, false) => bail!(
            "there is no master key at {}; put it there, or give it or its recovery sheet with --master-key",
            path.display()
        ),
    }
}

const NOT_EMPTY: &str = "there is a clinic already; choose another place, or replace it with --force";

/// Into a new file beside the one that is there, which takes its place once it is whole.
async fn to_folder(place: &Place, filling: Filling, force: bool) -> anyhow::Result<Restored> {
    let file = place.data.join("praktik.db");
    if file.exists() && !force {
        bail!(NOT_EMPTY);
    }
    let new = place.data.join("praktik.db.new");
    remove_database(&new)?;
    let db = Db::open(&format!("sqlite:{}", new.display())).await?;
    let filled = filling.fill(&db).await;
    db.close().await?;
    if filled.is_err() {
        remove_database(&new)?;
    }
    let restored = filled?;
    File::open(&new)?.sync_all()?;
    remove_database(&file)?;
    fs::rename(&new, &file)?;
    disk::keep_name(&file)?;
    Ok(restored)
}

/// Removes a file of SQLite with what lies beside it, the log first: an old log must not meet a new file.
fn remove_database(file: &Path) -> std::io::Result<()> {
    for end in ["-wal", "-shm", ""] {
        let mut name = file.to_owned().into_os_string();
        name.push(end);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Into the database of a server, in one transaction: it is as before or as in the backup.
async fn to_server(url: &str, filling: Filling, force: bool) -> anyhow::Result<Restored> {
    let db = postgres::open(url).await?;
    if !force && backup::holds_people(db.read()).await? {
        bail!(NOT_EMPTY);
    }
    let restored = filling.fill(&db).await;
    db.close().await?;
    restored
}

/// What a database is filled with.
struct Filling {
    source: Source,
    contents: Contents,
    master: Arc<MasterKeys>,
    files: Files,
    rooms: Vec<Uuid>,
    now: Instant,
}

/// A part of a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TablePart {
    table: String,
    columns: Vec<String>,
    rows: Vec<Vec<Json>>,
}

impl Filling {
    async fn fill(self, db: &Db) -> anyhow::Result<Restored> {
        db.write(move |tx| async move { self.fill_in(&tx).await }).await
    }

    async fn fill_in(mut self, tx: &Tx) -> anyhow::Result<Restored> {
        let tables = tables::all(tx).await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            let names: Vec<_> = tables.iter().map(|table| format!("\"{}\"", table.name)).collect();
            tx.execute_unprepared(&format!("TRUNCATE {}", names.join(", "))).await?;
        }
        let mut restored = Restored::default();
        let mut last = String::new();
        self.source.rewind()?;
        for index in 0.. {
            let Some((name, content)) = self.source.next(index)? else { break };
            if let Some(id) = name.strip_prefix(backup::FILE) {
                // If the act fails, it lies there without a row and is swept.
                let id = id.parse().map_err(|_| Damage::Part(name.clone()))?;
                self.files.put_sealed(id, content.to_vec()).await?;
                restored.files += 1;
                continue;
            }
            let part: TablePart = serde_json::from_slice(&content).map_err(|_| Damage::Part(name))?;
            let table = tables.iter().find(|table| table.name == part.table);
            let table = table.with_context(|| format!("this version has no table {}", part.table))?;
            table.insert(tx, &part.columns, &part.rows).await?;
            restored.rows += part.rows.len();
            restored.tables += usize::from(last != part.table);
            last = part.table;
        }
        self.wrap_by_own_key(tx).await?;
        (restored.rooms, restored.messages) = rooms::close_without_keys(tx, &self.rooms, self.now).await?;
        let vault = Vault::open(tx, Arc::clone(&self.master), self.now).await?;
        let head: Option<audit::Head> = self.contents.audit_head.as_deref().and_then(|head| head.parse().ok());
        restored.audit =
            audit::verify(tx, &vault, Instant::from_millis(self.contents.made_at), head.as_slice()).await?.fault;
        Ok(restored)
    }

    /// The clinic's own key may have been replaced since: then it wraps what the backup's had.
    async fn wrap_by_own_key(&self, tx: &Tx) -> anyhow::Result<()> {
        let own = self.master.newest()?.id();
        vault::wrap_by(tx, own, self.now).await?;
        let mut after = Uuid::nil();
        while let (_, Some(last)) = vault::wrap_anew(tx, &self.master, own, after).await? {
            after = last;
        }
        Ok(())
    }
}

/// Writes the restoring into the audit log, and keeps its head: the log may be shorter now than it was.
async fn note(place: &Place, clock: &Clock) -> anyhow::Result<()> {
    let app = App::open(place.config(), clock.clone(), keys(place)?, Limits::none()).await?;
    let now = app.now();
    let act = audit::Act {
        actor: audit::OPERATOR,
        action: "restore-backup",
        subject: "clinic-data",
        subject_id: Uuid::nil(),
        patient: None,
    };
    app.db.write(move |tx| async move { audit::record(&tx, act, now).await }).await?;
    audit::link_new(&app).await?;
    Ok(())
}
