//! A place in the program at which whoever comes first waits, so that another act can come between.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    time::Duration,
};

use fail::FailScenario;
use tokio::sync::oneshot;

/// Nobody is kept for longer, whatever a test forgets.
const LONGEST: Duration = Duration::from_secs(20);
/// An act that does not wait for another is over long before.
const MEANWHILE: Duration = Duration::from_millis(400);

/// The failpoint at which the first to come is held.
pub struct Gate {
    scenario: FailScenario<'static>,
    came: oneshot::Receiver<()>,
    open: Sender<()>,
}

impl Gate {
    /// Holds the first who comes to `point`. The point names something of the test alone, since others run meanwhile.
    pub fn at(point: &str) -> Self {
        let scenario = FailScenario::setup();
        let (tell, came) = oneshot::channel();
        let (open, opened) = mpsc::channel();
        let (tell, opened, first) = (Mutex::new(Some(tell)), Mutex::new(opened), AtomicBool::new(true));
        let hold = move || {
            if first.swap(false, Ordering::SeqCst) {
                let tell = tell.lock().unwrap().take().unwrap();
                tokio::task::block_in_place(|| {
                    let _ = tell.send(());
                    let _ = opened.lock().unwrap().recv_timeout(LONGEST);
                });
            }
        };
        fail::cfg_callback(point, hold).unwrap();
        Self { scenario, came, open }
    }

    /// Carries out `first`, which comes to the gate, and meanwhile `second`. Says what both came to, and whether the
    /// second had to wait for the first.
    pub async fn between<A, B>(self, first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B, bool) {
        let Self { scenario, came, open } = self;
        let meanwhile = async {
            assert!(came.await.is_ok(), "nobody came to the gate");
            tokio::pin!(second);
            let early = tokio::time::timeout(MEANWHILE, &mut second).await.ok();
            let waited = early.is_none();
            drop(open);
            match early {
                Some(done) => (done, waited),
                None => (second.await, waited),
            }
        };
        let (first, (second, waited)) = tokio::join!(first, meanwhile);
        scenario.teardown();
        (first, second, waited)
    }
}
