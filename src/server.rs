//! Serving: the listener, what runs beside it, and stopping in good order.

use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use anyhow::Context as _;
use axum::{Router, extract::ConnectInfo};
use hyper::{server::conn::http1, service::Service as _};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::{
    app::App,
    clinic::{
        accounts, audit,
        doctors::presence,
        encounter::rooms,
        notifications::{self, mail},
        patients,
    },
    infra::{config::Waits, form_acts, hold::Serving, jobs, print, stalled::Stalling},
    jobs::OUTSIDE,
    router::router,
};

/// Open requests are waited for this long once the program is told to stop.
const DRAIN: Duration = Duration::from_secs(8);
/// Of a request's line and headers, in bytes; browsers and proxies keep theirs below half of it.
const LARGEST_HEAD: usize = 32 * 1024;
const MOST_HEADERS: usize = 100;
/// When no connection can be taken, most often because too many files are open, others need a moment to end.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Serves `app` until the program is told to stop; `_serving` says that no other program does.
pub async fn run(app: App, _serving: Serving) -> anyhow::Result<()> {
    // Each connection is an open file. The soft limit is kept low for programs that use `select`, which this one does not.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files cannot be raised");
    }
    let listener = TcpListener::bind(app.config.listen)
        .await
        .with_context(|| format!("cannot listen on {}; choose another address with --listen", app.config.listen))?;
    // Whoever reads that line may tell the program to stop at once.
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    print::line(format_args!("listening on http://{}", listener.local_addr()?))?;
    serve(app, listener, stopped(terminate, interrupt)).await
}

/// Serves `app` on `listener` until `stop` comes true; what should have been erased meanwhile is erased first.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    if app.trust.holds(app.now()) {
        tokio::spawn(rooms::keep_sweeping(app.clone()));
    } else if let Err(error) = rooms::sweep(&app).await {
        tracing::error!(%error, "not every room is as it should be yet; this is tried again");
        tokio::spawn(rooms::keep_sweeping(app.clone()));
    }
    patients::index_later(&app).await.context("patients could not be looked through for those that cannot be found")?;
    mail::send_waiting(&app).await.context("letters that wait could not be looked through")?;
    start_background(&app);
    let ending = app.clone();
    let (waits, pages) = (app.config.waits, router(app));
    accept(listener, stop, move |stream, peer, told| tokio::spawn(converse(stream, peer, pages.clone(), waits, told)))
        .await;
    audit::link_new(&ending).await.context("the last rows of the audit log could not be linked")
}

/// Takes connections until `stop` comes true, then tells each to end after its present answer, and waits for that.
async fn accept<T>(
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    begin: impl Fn(TcpStream, SocketAddr, watch::Receiver<()>) -> T,
) {
    let (told, _) = watch::channel(());
    tokio::pin!(stop);
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = &mut stop => break,
        };
        match taken {
            Ok((stream, peer)) => drop(begin(stream, peer, told.subscribe())),
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(AFTER_A_FAILURE).await;
            }
        }
    }
    drop(listener);
    let _ = told.send(());
    let _ = tokio::time::timeout(DRAIN, told.closed()).await;
}

/// Answers the requests of one connection, within what their heads may hold and how long they may take.
///
/// Each is carried out to its end, also when the connection ends before: an act that is committed has still to be told.
async fn converse(stream: TcpStream, peer: SocketAddr, pages: Router, waits: Waits, mut told: watch::Receiver<()>) {
    let _ = stream.set_nodelay(true);
    let pages = TowerToHyperService::new(pages);
    // Whoever stops the program waits until every copy is gone.
    let running = told.clone();
    let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answer, unfinished) = (pages.call(request), running.clone());
        let carried_out = tokio::spawn(async move {
            let answer = answer.await;
            drop(unfinished);
            answer
        });
        async { carried_out.await.map(|Ok(answer)| answer) }
    });
    let mut rules = http1::Builder::new();
    rules.timer(TokioTimer::new()).header_read_timeout(waits.head).max_headers(MOST_HEADERS);
    rules.max_header_size(LARGEST_HEAD);
    let stream = Stalling::new(stream, waits.reading);
    let conversation = rules.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(conversation);
    let ended = tokio::select! {
        ended = conversation.as_mut() => ended,
        _ = told.changed() => {
            conversation.as_mut().graceful_shutdown();
            conversation.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Starts what runs beside the requests: jobs, the audit chain, who is there, who was put out, the clock's corrections.
pub fn start_background(app: &App) {
    tokio::spawn(app.clock.clone().follow_corrections());
    tokio::spawn(audit::keep(app.clone()));
    tokio::spawn(accounts::endings::keep(app.clone()));
    tokio::spawn(presence::keep(app.clone()));
    tokio::spawn(keep_tidy(app.clone()));
    tokio::spawn(sweep_files(app.clone()));
    tokio::spawn(app.clone().run_jobs(&OUTSIDE, crate::jobs::run));
}

/// What nobody needs any longer is dropped this often.
const TIDY_EVERY: Duration = Duration::from_mins(10);

async fn keep_tidy(app: App) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        app.limits.tidy();
        if let Err(error) = app.refresh_clinic().await {
            tracing::warn!(%error, "the clinic's profile could not be read anew");
        }
        if let Err(error) = tidy(&app).await {
            tracing::warn!(%error, "rows that nobody needs any longer could not be dropped");
        }
    }
}

/// Drops the rows that would otherwise grow for ever: of accounts, of what was new, of letters, of forms that were
/// sent, of jobs that are done.
pub async fn tidy(app: &App) -> Result<(), sea_orm::DbErr> {
    let now = app.now();
    let act = app.db.write(move |tx| async move {
        accounts::tidy(&tx, now).await?;
        notifications::tidy(&tx, now).await?;
        form_acts::tidy(&tx, now).await?;
        jobs::tidy(&tx, now).await
    });
    act.await
}

/// Contents of acts that failed are looked for this often, and at the start.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

async fn sweep_files(app: App) {
    loop {
        match app.files.sweep(&app.db, app.now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "contents without a row were removed from the file store"),
            Err(error) => tracing::error!(%error, "the file store could not be swept"),
        }
        app.clock.sleep(SWEEP_EVERY).await;
    }
}

async fn stopped(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
