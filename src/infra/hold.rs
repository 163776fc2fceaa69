//! Who is at work on a data folder and a database: one program serves the clinic, commands work beside it, and whoever
//! replaces the clinic has it alone.

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, bail};
use sea_orm::sqlx::{
    self, Connection as _,
    postgres::{PgConnectOptions, PgConnection},
};
use tokio::task::JoinHandle;

use super::postgres;

/// A data folder that is held until this is dropped, or the program ends however it ends.
pub struct Held {
    _lock: File,
}

/// Holds `data` together with other programs that work on the clinic in it; refused while it is being replaced.
pub fn shared(data: &Path) -> anyhow::Result<Held> {
    let lock = lock(data, "lock")?;
    lock.try_lock_shared().with_context(|| format!("the clinic in {} is being replaced; wait", data.display()))?;
    Ok(Held { _lock: lock })
}

/// Holds `data` alone; refused while a program works on the clinic in it.
pub fn alone(data: &Path) -> anyhow::Result<Held> {
    let lock = lock(data, "lock")?;
    lock.try_lock().with_context(|| format!("the clinic in {} is being served; stop it first", data.display()))?;
    Ok(Held { _lock: lock })
}

fn lock(data: &Path, name: &str) -> anyhow::Result<File> {
    let path = data.join(name);
    File::create(&path).with_context(|| format!("{} cannot be written", path.display()))
}

/// The right to serve a clinic, which one program has at a time: hints, keys of rooms and limits are in its memory, and
/// another's pages would never hear of them. Ends with this, or with the program however it ends.
pub struct Serving {
    _folder: File,
    _database: Option<Watch>,
}

impl Serving {
    /// Takes the right to serve the clinic in `data` and, if it is elsewhere, in the database at `url`.
    pub async fn begin(data: &Path, url: Option<&str>) -> anyhow::Result<Self> {
        let folder = lock(data, "serving")?;
        match folder.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "the clinic in {} is being served by another program; stop that one first, or choose another folder with \
                 --data",
                data.display()
            ),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("the folder {} cannot be locked", data.display()));
            }
        }
        let database = match url {
            Some(url) if url.starts_with("postgres") => Some(Watch::begin(url).await?),
            _ => None,
        };
        Ok(Self { _folder: folder, _database: database })
    }
}

/// What an operator reads whose database has a program already.
const SERVED_ELSEWHERE: &str = "the database is being served by another program, on this machine or another; stop that \
    one first, or name another database with --database";
/// Advisory locks are of one database: the number need not be anybody else's.
const LOCK: i64 = 0x5052_414b_5449_4b00;
/// A program that has just died is forgotten by the server within this.
const TRIES: usize = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(150);
/// How often it is asked whether the lock is still there.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// A server that does not answer for so long is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// An advisory lock on a connection of its own, and who looks after both: the server lets go of the lock when the
/// connection ends, so a crash keeps no restart out.
struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Watch {
    async fn begin(url: &str) -> anyhow::Result<Self> {
        // A machine that is cut off says no goodbye: the server asks after it.
        let asked_after = |server: PgConnectOptions| {
            server.options([
                ("tcp_keepalives_idle", "10"),
                ("tcp_keepalives_interval", "5"),
                ("tcp_keepalives_count", "3"),
            ])
        };
        let (mut connection, options) = postgres::connect(url, asked_after).await?;
        for _ in 0..TRIES {
            if take_lock(&mut connection).await? {
                return Ok(Self(tokio::spawn(keep(options, connection))));
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        bail!(SERVED_ELSEWHERE)
    }
}

/// Whether the lock is `connection`'s now; not if another program has it.
async fn take_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let lock = sqlx::query_scalar::<sqlx::Postgres, bool>("SELECT pg_try_advisory_lock($1)").bind(LOCK);
    lock.fetch_one(connection).await
}

/// A connection that holds the lock; nothing if another program has it.
async fn take(options: &PgConnectOptions) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    Ok(take_lock(&mut connection).await?.then_some(connection))
}

/// Asks after the lock for as long as the program runs. One that is lost, with the server or the line to it, is said and
/// taken again.
async fn keep(options: PgConnectOptions, mut held: PgConnection) {
    loop {
        tokio::time::sleep(ASK_EVERY).await;
        if let Ok(Ok(())) = tokio::time::timeout(PATIENCE, held.ping()).await {
            continue;
        }
        tracing::error!("the lock on the database was lost: until it is back, another program may serve the clinic");
        // Its server may not have noticed, and would refuse the lock to us as to anybody.
        drop(held);
        held = loop {
            match tokio::time::timeout(PATIENCE, take(&options)).await {
                Ok(Ok(Some(held))) => break held,
                Ok(Ok(None)) => tracing::error!("{SERVED_ELSEWHERE}"),
                Ok(Err(error)) => tracing::debug!(%error, "the lock on the database could not be taken again"),
                Err(_) => tracing::debug!("the server of the database does not answer"),
            }
            tokio::time::sleep(ASK_EVERY).await;
        };
        tracing::warn!("the lock on the database is back");
    }
}
