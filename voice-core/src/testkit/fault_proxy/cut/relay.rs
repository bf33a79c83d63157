//! One connection: bytes both ways, until one of them is the last.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Cut, CutEnd, Shared, Way};
use crate::testkit::fault_proxy::connection::reset;

/// How long a client has to read what was passed before a reset may throw it away.
const SETTLE: Duration = Duration::from_millis(5);

/// Bytes read at a time.
const PIECE: usize = 16 * 1024;

/// How one direction came to its end.
enum Stop {
    /// Its source has no more.
    Ended,
    /// The cut's byte was reached.
    Cut(CutEnd),
}

pub(super) async fn serve(
    mut client: TcpStream,
    index: usize,
    cut: Option<Cut>,
    shared: Arc<Shared>,
) {
    // A server that is not there looks to the client as a reset.
    let Ok(mut server) = TcpStream::connect(shared.upstream).await else {
        return reset(client);
    };
    // Pieces are to arrive as they are written. A socket that refuses is only slower.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let of = |way| {
        cut.as_ref()
            .filter(|cut| cut.way == way)
            .map(|cut| (cut.after, cut.end.clone()))
    };
    let end = {
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let up = Lane {
            shared: &shared,
            index,
            way: Way::ToServer,
            cut: of(Way::ToServer),
        };
        let down = Lane {
            shared: &shared,
            index,
            way: Way::ToClient,
            cut: of(Way::ToClient),
        };
        let up = up.run(&mut from_client, &mut to_server);
        let down = down.run(&mut from_server, &mut to_client);
        tokio::pin!(up, down);
        // Whatever is cut ends both; a direction that ends by itself leaves the other one to go on.
        let (first, other_is_up) = tokio::select! {
            biased;
            stop = &mut up => (stop, false),
            stop = &mut down => (stop, true),
        };
        match first {
            Ok(Stop::Ended) => {
                let second = if other_is_up { up.await } else { down.await };
                second.ok().and_then(Stop::into_cut)
            }
            Ok(Stop::Cut(end)) => Some(end),
            // One side is gone, and the other one is told by the sockets' end.
            Err(_) => None,
        }
    };
    let (Some(end), Some(cut)) = (end, cut) else {
        return;
    };
    let _unsettled = shared.book.cut(index);
    carry_out(end, cut.way, client, server, &shared).await;
}

impl Stop {
    fn into_cut(self) -> Option<CutEnd> {
        match self {
            Self::Cut(end) => Some(end),
            Self::Ended => None,
        }
    }
}

/// One direction.
struct Lane<'a> {
    shared: &'a Shared,
    index: usize,
    way: Way,
    cut: Option<(u64, CutEnd)>,
}

impl Lane<'_> {
    async fn run(
        mut self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> io::Result<Stop> {
        let mut buffer = vec![0; PIECE];
        let mut passed: u64 = 0;
        loop {
            let left = match &self.cut {
                Some((after, _)) => after.saturating_sub(passed),
                None => u64::MAX,
            };
            if left == 0
                && let Some((_, end)) = self.cut.take()
            {
                return Ok(Stop::Cut(end));
            }
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
            let read = from
                .read(buffer.get_mut(..most).unwrap_or_default())
                .await?;
            if read == 0 {
                // The other side may be gone already.
                let _ = to.shutdown().await;
                return Ok(Stop::Ended);
            }
            let bytes = buffer.get(..read).unwrap_or_default();
            // Noted first, so that whoever has got it finds it on the tape.
            self.shared.book.passed(self.index, self.way, bytes);
            to.write_all(bytes).await?;
            passed += read as u64;
        }
    }
}

/// Does to both sides what the cut says, and waits until the server has closed.
async fn carry_out(
    end: CutEnd,
    way: Way,
    mut client: TcpStream,
    mut server: TcpStream,
    shared: &Shared,
) {
    match (end, way) {
        (CutEnd::Reset, _) => {
            // At once, for a client that is still sending is to meet the reset; but not before it could read.
            if way == Way::ToClient {
                shared.clock.sleep(SETTLE).await;
            }
            reset(client);
        }
        (CutEnd::Close, _) => close(client).await,
        (CutEnd::Stall, _) => drain(&mut client).await,
        (CutEnd::Garbage(bytes), Way::ToClient) => {
            // The client may be gone already, here and below.
            let _ = client.write_all(&bytes).await;
            close(client).await;
        }
        (CutEnd::Garbage(bytes), Way::ToServer) => {
            let _ = server.write_all(&bytes).await;
            let _ = server.shutdown().await;
            drain(&mut server).await;
            reset(client);
            return;
        }
    }
    let _ = server.shutdown().await;
    drain(&mut server).await;
}

/// Closes in order. What the client sent and nobody read would turn the end into a reset, so it is read first, as far as it
/// came.
async fn close(mut client: TcpStream) {
    let mut buffer = vec![0; PIECE];
    while let Ok(1..) = client.try_read(&mut buffer) {}
    let _ = client.shutdown().await;
    while let Ok(1..) = client.try_read(&mut buffer) {}
}

/// Reads and forgets until the peer closes.
async fn drain(peer: &mut TcpStream) {
    let mut buffer = vec![0; PIECE];
    while let Ok(1..) = peer.read(&mut buffer).await {}
}
