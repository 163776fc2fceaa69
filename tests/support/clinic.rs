//! A clinic for one test: its own database, its own clock, served on a port of its own.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use praktik::{
    app::App,
    clinic::profile::Profile,
    infra::{
        clock::{Clock, Instant},
        config::{Config, Waits},
        db::Db,
        master_keys::MasterKeys,
    },
    server,
    web::limits::Limits,
};
use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;

use super::{Browser, postgres};

/// The database that a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A clinic that lives as long as its test.
pub struct TestClinic {
    pub app: App,
    pub folder: TempDir,
    pub address: String,
    pub engine: Engine,
}

/// A Friday morning: 09.00 in Jakarta, the zone of a new clinic.
pub const MORNING: &str = "2026-11-20T02:00:00Z";

static NEXT: AtomicU32 = AtomicU32::new(1);

impl TestClinic {
    /// Opens a clinic on `engine` whose clock stands at [`MORNING`].
    pub async fn open(engine: Engine) -> Self {
        Self::open_with(engine, Limits::none()).await
    }

    /// The same with limits on how often one may ask.
    pub async fn open_with(engine: Engine, limits: Limits) -> Self {
        Self::open_where(engine, limits, |_| {}).await
    }

    /// The same behind a proxy on this machine, whose `X-Forwarded-For` is believed.
    pub async fn open_behind_proxy(engine: Engine, limits: Limits) -> Self {
        let believe = |config: &mut Config| config.trusted_proxies.push("127.0.0.0/8".parse().unwrap());
        Self::open_where(engine, limits, believe).await
    }

    /// A clinic that is no demo: staff must have a second factor, and there is no mail server.
    pub async fn open_for_real(engine: Engine) -> Self {
        Self::open_shaped(engine, |config| config.demo = false).await
    }

    /// The same with a setting of its own.
    pub async fn open_where(engine: Engine, limits: Limits, set: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().unwrap();
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(new_database().await),
        };
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let mut config = Self::config(&folder, database);
        set(&mut config);
        Self::start_with(folder, engine, config, Instant::parse(MORNING).unwrap(), limits).await
    }

    /// The same, with what an operator decides as `shape` leaves it.
    pub async fn open_shaped(engine: Engine, shape: impl FnOnce(&mut Config)) -> Self {
        Self::open_where(engine, Limits::none(), shape).await
    }

    fn config(folder: &TempDir, database: Option<String>) -> Config {
        Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data: folder.path().join("data"),
            database,
            files: None,
            origin: "http://klinik.test".to_owned(),
            mail: None,
            demo: true,
            trusted_proxies: Vec::new(),
            secure: false,
            domain: None,
            waits: Waits::default(),
            ice_servers: Vec::new(),
            relay_only: false,
        }
    }

    /// Starts the program on what lies in `folder` (the data in `data`, its key in `data.key`) and in `database`.
    pub(super) async fn start(
        folder: TempDir,
        engine: Engine,
        database: Option<String>,
        at: Instant,
        limits: Limits,
    ) -> Self {
        let config = Self::config(&folder, database);
        Self::start_with(folder, engine, config, at, limits).await
    }

    async fn start_with(folder: TempDir, engine: Engine, config: Config, at: Instant, limits: Limits) -> Self {
        let clock = Clock::standing(at);
        let master = MasterKeys::read_or_create(&folder.path().join("data.key")).unwrap();
        let app = App::open(config, clock, master, limits).await.unwrap();
        let listener = tokio::net::TcpListener::bind(app.config.listen).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(server::serve(app.clone(), listener, std::future::pending()));
        Self { app, folder, address, engine }
    }

    /// Somebody's browser, with its own cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// Gives the clinic another profile.
    pub async fn set_profile(&self, profile: Profile) {
        let now = self.app.now();
        self.app.db.write(move |tx| async move { profile.save(&tx, now).await }).await.unwrap();
        self.app.refresh_clinic().await.unwrap();
    }

    /// Moves the clinic's clock and lets what was due happen.
    pub async fn pass(&self, duration: Duration) {
        self.app.clock.advance(duration);
        self.settle().await;
    }

    /// What `query` counts.
    pub async fn count(&self, query: &str) -> i64 {
        let database = self.app.db.read();
        let statement = sea_orm::Statement::from_string(database.get_database_backend(), query);
        database.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// Moves the clock to `at`.
    pub async fn pass_until(&self, at: Instant) {
        self.pass(at.since(self.app.now())).await;
    }

    /// Waits, in real time, until no job is due.
    pub async fn settle(&self) {
        for _ in 0..1_000 {
            let due = praktik::infra::jobs::next_due(&self.app.db).await.unwrap();
            if due.is_none_or(|at| at > self.app.now()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("jobs that were due did not come to their end");
    }
}

/// A new database, copied from one that is brought to this program's version once.
pub async fn new_database() -> String {
    static TEMPLATE: OnceLock<()> = OnceLock::new();
    static MAKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let server = postgres::server();
    let name = format!("clinic_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let _making = MAKING.lock().await;
    let admin = Box::pin(sea_orm::Database::connect(server.url("postgres"))).await.unwrap();
    if TEMPLATE.get().is_none() {
        admin.execute_unprepared("CREATE DATABASE template_clinic").await.unwrap();
        let template = Db::open(&server.url("template_clinic")).await.unwrap();
        template.read().clone().close().await.unwrap();
        TEMPLATE.set(()).unwrap();
    }
    // File by file: through its log, as it does by itself, PostgreSQL takes twice as long.
    let copy = format!("CREATE DATABASE {name} TEMPLATE template_clinic STRATEGY file_copy");
    admin.execute_unprepared(&copy).await.unwrap();
    admin.close().await.unwrap();
    server.url(&name)
}
