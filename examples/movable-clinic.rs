//! A demo clinic whose clock can be moved, for browser tests: `POST /advance?ms=N` on the clock's own port lets time
//! pass, `GET /now` tells it, `POST /set-wall?ms=N` sets the machine's clock beneath it. `POST /admin?email=E&name=N`
//! there makes an admin as `praktik admin create` does, and answers where they choose their password. It is an example
//! and no command, so that no clinic can be told to do this.
//!
//! With a folder and a port it goes on with what an earlier one left there, as after a restart.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post},
};
use praktik::{
    app::App,
    clinic::accounts::Email,
    commands::{admin, demo},
    infra::{
        clock::{Clock, Instant},
        vault::Private,
    },
    server,
    web::limits::Limits,
};
use tokio::net::TcpListener;

/// Where the clock begins, so that a test sees the same day at every hour: a Saturday, 09.02 in Makassar.
const MORNING: &str = "2026-11-21T01:02:00Z";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).init();
    let mut given = std::env::args().skip(1);
    let fresh = tempfile::tempdir()?;
    let folder = given.next().map_or_else(|| fresh.path().join("demo"), PathBuf::from);
    let port = given.next().map_or(Ok(0), |port| port.parse())?;
    let morning = Instant::parse(MORNING).ok_or_else(|| anyhow::anyhow!("{MORNING} is no instant"))?;
    let clock = Clock::running_from(morning);
    let (local, hidden) = (([127, 0, 0, 1], port).into(), SocketAddr::from(([127, 0, 0, 1], 0)));
    let app = demo::open(local, folder, true, clock.clone(), Limits::none()).await?;
    let (pages, hands) = (TcpListener::bind(local).await?, TcpListener::bind(hidden).await?);
    println!("listening on http://{}", pages.local_addr()?);
    println!("clock on http://{}", hands.local_addr()?);
    let admins = Router::new().route("/admin", post(create_admin)).with_state(app.clone());
    let router = Router::new().route("/advance", post(advance)).route("/now", get(now));
    let router = router.route("/set-wall", post(set_wall)).with_state(clock).merge(admins);
    tokio::spawn(async move { axum::serve(hands, router).await });
    server::serve(app, pages, async {
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}

async fn advance(State(clock): State<Clock>, Query(query): Query<HashMap<String, u64>>) -> StatusCode {
    let Some(ms) = query.get("ms") else { return StatusCode::UNPROCESSABLE_ENTITY };
    clock.advance(Duration::from_millis(*ms));
    StatusCode::NO_CONTENT
}

async fn set_wall(State(clock): State<Clock>, Query(query): Query<HashMap<String, i64>>) -> StatusCode {
    let Some(ms) = query.get("ms") else { return StatusCode::UNPROCESSABLE_ENTITY };
    clock.set_wall(*ms);
    StatusCode::NO_CONTENT
}

async fn now(State(clock): State<Clock>) -> String {
    clock.now().millis().to_string()
}

async fn create_admin(
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<String, StatusCode> {
    let (Some(email), Some(name)) = (query.get("email"), query.get("name")) else {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let email = Email::parse(email).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    admin::create(&app, Private::new(name), email).await.map_err(|_| StatusCode::CONFLICT)
}
