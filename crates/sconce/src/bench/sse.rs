//! The `data` of server-sent events, out of a byte stream cut anywhere. Only what a load client needs: other fields and
//! comments are skipped. Next: `client.rs`.

/// Longest line that is still an event; more is not something a language server sends.
const MAX_LINE: usize = 16 << 20;

/// Collects bytes and hands out complete events.
#[derive(Debug, Default)]
pub(crate) struct EventSplitter {
    line: Vec<u8>,
    data: Option<String>,
}

impl EventSplitter {
    /// The data of every event that `bytes` completes, in order.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut events = Vec::new();
        for &byte in bytes {
            if byte == b'\n' {
                events.extend(self.end_line());
            } else if self.line.len() < MAX_LINE {
                self.line.push(byte);
            }
        }
        events
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)).into_owned();
        if line.is_empty() {
            return self.data.take();
        }
        if let Some(value) = line.strip_prefix("data:") {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_survive_every_cut() {
        let stream =
            ": hello\n\ndata: {\"a\": 1}\n\nevent: error\r\ndata:{\"b\":\r\ndata: \"ü\"}\r\n\r\ndata: [DONE]\n\n"
                .as_bytes();
        let expected = ["{\"a\": 1}", "{\"b\":\n\"ü\"}", "[DONE]"];
        assert_eq!(EventSplitter::default().push(stream), expected);
        for cut in 0..stream.len() {
            let mut splitter = EventSplitter::default();
            let mut events = splitter.push(&stream[..cut]);
            events.extend(splitter.push(&stream[cut..]));
            assert_eq!(events, expected, "cut at {cut}");
        }
    }

    #[test]
    fn an_unfinished_event_is_not_handed_out() {
        assert!(EventSplitter::default().push(b"data: {\"a\": 1}\n").is_empty());
    }
}
