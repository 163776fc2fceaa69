//! Serving: the listener, what runs beside it, and stopping in good order.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    app::App,
    clinic::{audit, doctors::presence, encounter::rooms},
    router::router,
};

/// Open requests are waited for this long once the program is told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Serves `app` until the program is told to stop.
pub async fn run(app: App) -> anyhow::Result<()> {
    let listener = TcpListener::bind(app.config.listen)
        .await
        .with_context(|| format!("cannot listen on {}; choose another address with --listen", app.config.listen))?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(app, listener, stopped()).await
}

/// Serves `app` on `listener` until `stop` comes true; what should have been erased meanwhile is erased first.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    rooms::sweep(&app).await.context("rooms whose time is over could not be closed; is the data folder writable?")?;
    start_background(&app);
    let ending = app.clone();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let (told, mut heard) = tokio::sync::watch::channel(());
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        let _ = told.send(());
    });
    tokio::select! {
        result = serving => result.context("serving failed")?,
        () = async {
            let _ = heard.changed().await;
            tokio::time::sleep(DRAIN).await;
        } => {}
    }
    audit::link_new(&ending).await.context("the last rows of the audit log could not be linked")
}

/// Starts what runs beside the requests: jobs, the audit chain, who is there, the clock's corrections.
pub fn start_background(app: &App) {
    tokio::spawn(app.clock.clone().follow_corrections());
    tokio::spawn(audit::keep(app.clone()));
    tokio::spawn(presence::keep(app.clone()));
    tokio::spawn(tidy_limits(app.clone()));
    tokio::spawn(app.clone().run_jobs(crate::jobs::run));
}

/// Addresses that no longer ask are forgotten this often.
const TIDY_EVERY: Duration = Duration::from_mins(10);

async fn tidy_limits(app: App) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        app.limits.tidy();
    }
}

async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
