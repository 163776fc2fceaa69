//! What a handler may reach.

use std::{
    ops::Deref,
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::{Context as _, bail};
use sea_orm::DbErr;
use tokio::sync::Notify;

use crate::{
    clinic::{audit, profile::Profile},
    infra::{
        bus::{Bus, LocalBus},
        clock::{Clock, Instant},
        config::Config,
        db::Db,
        files::Files,
        hold::{self, Held},
        images::Images,
        jobs,
        leases::Leases,
        mail::Mailer,
        master_keys::{MasterKey, MasterKeys},
        passwords::Passwords,
        postgres,
        room_keys::RoomKeys,
        start::{Doubt, Trust},
        tls,
        vault::{Vault, VaultError, wrapping_key},
    },
    web::limits::Limits,
};

/// What an operator reads who gives the key of another clinic.
const OTHER_KEY: &str = "this database cannot be opened with this master key; give the key that it was made with";

/// What an operator reads who names an empty database beside the keys and files of a clinic: begun anew, it would know none
/// of them, and sweep them away.
const OTHER_DATABASE: &str = "the database is empty, and the data folder or the file store is a clinic's; name the \
    clinic's database with --database, or another folder with --data, or restore a backup";

/// What an operator may do whose keys of rooms are damaged.
const MOVE_KEYS: &str = "if the disk is well and has room, move it with keys.db-wal and keys.db-shm to another folder and \
    start again: messages in rooms that are open now are then lost, and nothing else";

/// What an operator reads whose mail server is not named rightly; the name may hold a password and is not repeated.
const NO_MAIL_SERVER: &str = "the mail server is not named as in smtp://USER:PASSWORD@HOST:587?tls=required";

/// The running clinic. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of a running clinic.
pub struct Parts {
    /// What the operator decided.
    pub config: Config,
    /// The clock that decides.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Hints to open pages.
    pub bus: Arc<dyn Bus>,
    /// Keys of people.
    pub vault: Vault,
    /// Keys of rooms, apart.
    pub room_keys: RoomKeys,
    /// Contents of files.
    pub files: Files,
    /// Reading pictures.
    pub images: Images,
    /// Hashing.
    pub passwords: Passwords,
    /// How letters are sent.
    pub mail: Mailer,
    /// How often an address may ask.
    pub limits: Limits,
    /// Which doctors are there.
    pub presence: Leases,
    /// Wakes whoever runs jobs.
    pub job_nudge: Notify,
    /// When this program began: before that no page can have been here.
    pub started_at: Instant,
    /// Whether the clock of this start can be believed.
    pub trust: Trust,
    profile: RwLock<Arc<Profile>>,
    refreshing: tokio::sync::Mutex<()>,
    _held: Held,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Opens the clinic of `config`: its database, its keys and its profile.
    pub async fn open(config: Config, clock: Clock, master: MasterKeys, limits: Limits) -> anyhow::Result<Self> {
        tls::install();
        let held = hold::shared(&config.data)?;
        let db = match &config.database {
            Some(url) => postgres::open(url).await?,
            None => Db::open_in(&config.data).await?,
        };
        let mail = match &config.mail {
            Some(settings) => Mailer::smtp(settings).map_err(|_| anyhow::anyhow!(NO_MAIL_SERVER))?,
            None if config.demo => Mailer::kept(),
            None => Mailer::None,
        };
        let master = Arc::new(master);
        let room_keys = RoomKeys::open(&config.data, Arc::clone(&master)).await.with_context(|| {
            format!("the keys of rooms in {} cannot be read; {MOVE_KEYS}", config.data.join("keys.db").display())
        })?;
        let files = Files::open(config.files.as_deref(), &config.data)?;
        let is_new = Profile::find(db.read()).await?.is_none();
        if is_new && (room_keys.is_used().await? || !files.list().await?.is_empty()) {
            bail!(OTHER_DATABASE);
        }
        let now = clock.now();
        let trust = Trust::at_start(audit::last_written(db.read()).await?, now);
        if let Some(Doubt { last, started }) = trust.doubt() {
            let (last, started) = (last.rfc3339(), started.rfc3339());
            tracing::error!(
                last,
                started,
                "the machine's clock lies before what the clinic wrote last, or two weeks or more after it; rooms that are \
                 due wait until an admin confirms it on the dashboard, ten minutes at most"
            );
        }
        let (vault, profile) = db
            .write(move |tx| async move {
                let vault = Vault::open(&tx, master, now).await.context(OTHER_KEY)?;
                let profile = Profile::find_or_create(&tx, now).await?;
                Ok::<_, anyhow::Error>((vault, profile))
            })
            .await?;
        Ok(Self(Arc::new(Parts {
            config,
            clock,
            db,
            bus: Arc::new(LocalBus::default()),
            vault,
            room_keys,
            files,
            images: Images::default(),
            passwords: Passwords::default(),
            mail,
            limits,
            presence: Leases::default(),
            job_nudge: Notify::new(),
            started_at: now,
            trust,
            profile: RwLock::new(Arc::new(profile)),
            refreshing: tokio::sync::Mutex::default(),
            _held: held,
        })))
    }

    /// The moment that it is now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The master key that wraps new keys at present: the one that a recovery sheet shows.
    pub async fn current_master_key(&self) -> Result<MasterKey, VaultError> {
        let by = wrapping_key(self.db.read()).await?.ok_or(VaultError::DoesNotOpen)?;
        self.vault.master().find(by)
    }

    /// The clinic's name, address, zone and slot length.
    pub fn clinic(&self) -> Arc<Profile> {
        Arc::clone(&self.profile.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the profile anew, after an act that changed it. Each reads what is committed by then, one after another: of
    /// two that changed it at once, neither can leave what the other replaced.
    pub async fn refresh_clinic(&self) -> Result<(), DbErr> {
        fail::fail_point!(&format!("refresh-clinic {}", self.config.data.display()));
        let _one = self.refreshing.lock().await;
        if let Some(profile) = Profile::find(self.db.read()).await? {
            *self.profile.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(profile);
        }
        Ok(())
    }

    /// Runs jobs until the program ends: sleeps until the next is due, or until one is added. Those of the kinds `outside`
    /// talk with other machines.
    pub async fn run_jobs<F, Fut>(self, outside: &'static [&'static str], run: F)
    where
        F: Fn(Self, jobs::Job) -> Fut + Send + Sync + Copy + 'static,
        Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let runner = jobs::Runner::new(outside);
        loop {
            let now = self.now();
            let claimed = match runner.claim(&self.db, now).await {
                Ok(claimed) => claimed,
                Err(error) => {
                    tracing::error!(%error, "jobs could not be claimed");
                    tokio::time::sleep(AFTER_A_FAILURE).await;
                    continue;
                }
            };
            if claimed.is_empty() {
                let next = runner.next_claimable(&self.db).await.ok().flatten();
                let latest = now + POLL;
                let wake = match next {
                    Some(next) if next <= now => now + SHORTEST_SLEEP,
                    Some(next) => next.min(latest),
                    None => latest,
                };
                tokio::select! {
                    () = self.job_nudge.notified() => {}
                    () = self.clock.sleep_until(wake) => {}
                }
            }
            for (job, slot) in claimed {
                let app = self.clone();
                tokio::spawn(async move {
                    app.run_job(job, run).await;
                    drop(slot);
                    app.job_nudge.notify_one();
                });
            }
        }
    }

    async fn run_job<F, Fut>(&self, job: jobs::Job, run: F)
    where
        F: Fn(Self, jobs::Job) -> Fut,
        Fut: Future<Output = anyhow::Result<()>>,
    {
        let outcome = tokio::select! {
            outcome = run(self.clone(), job.clone()) => outcome,
            never = jobs::keep(&self.db, &self.clock, &job) => match never {},
        };
        let failure = outcome.err().map(|error| {
            tracing::warn!(%error, kind = job.kind, subject = %job.subject_id, "a job failed and will be tried again");
            error.to_string()
        });
        if let Err(error) = jobs::finish(&self.db, &job, failure, self.now()).await {
            tracing::error!(%error, kind = job.kind, "a job's end could not be noted; it will run again");
        }
    }
}

/// Another node may have added a job: nobody sleeps longer than this.
const POLL: std::time::Duration = std::time::Duration::from_secs(15);
/// A database that fails is not asked again at once.
const AFTER_A_FAILURE: std::time::Duration = std::time::Duration::from_secs(1);
const SHORTEST_SLEEP: std::time::Duration = std::time::Duration::from_millis(5);
