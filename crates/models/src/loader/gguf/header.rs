//! The header of a GGUF file: metadata and where tensors are. Every length is checked against what is left of the file
//! before anything is allocated.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use crate::error::LoadError;

/// Arrays inside arrays, at most.
const MOST_NESTED: usize = 3;
/// Dimensions of a tensor, at most.
const MOST_DIMS: u32 = 4;

/// A parsed header.
pub(super) struct Header {
    pub(super) metadata: Metadata,
    pub(super) tensors: Vec<StoredTensor>,
    /// Where tensor data begins.
    pub(super) data: usize,
}

/// A tensor as the file describes it.
pub(super) struct StoredTensor {
    pub(super) name: String,
    /// The fastest first.
    pub(super) dims: Vec<usize>,
    /// ggml's number of the type.
    pub(super) kind: u32,
    /// From the beginning of the data.
    pub(super) offset: u64,
}

/// Keys and values.
pub(super) struct Metadata(BTreeMap<String, Value>);

#[cfg(test)]
impl Metadata {
    pub(super) fn of(pairs: &[(&str, Value)]) -> Self {
        Self(pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }
}

impl Metadata {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// A string that must be there.
    pub(super) fn required(&self, key: &str) -> Result<&str, LoadError> {
        self.text(key).ok_or_else(|| Self::error(key, "is missing"))
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// A whole number, if present.
    pub(super) fn count(&self, key: &str) -> Result<Option<usize>, LoadError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        count.map(Some).ok_or_else(|| Self::error(key, "is not a whole number"))
    }

    /// The strings of a list; absent is empty.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&str>, LoadError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let texts = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
        texts.ok_or_else(|| Self::error(key, "is not a list of strings"))
    }

    /// The numbers of a list; absent is empty.
    pub(super) fn numbers(&self, key: &str) -> Result<Vec<f64>, LoadError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let numbers = value.as_array().and_then(|list| list.iter().map(Value::as_f64).collect());
        numbers.ok_or_else(|| Self::error(key, "is not a list of numbers"))
    }

    pub(super) fn error(key: &str, reason: impl Into<String>) -> LoadError {
        LoadError::Field { file: "GGUF metadata".to_owned(), field: key.to_owned(), reason: reason.into() }
    }
}

impl Header {
    /// # Errors
    /// A sentence without the file's name.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take(4)? != b"GGUF" {
            return Err("is not a GGUF file".to_owned());
        }
        let version = reader.u32()?;
        if !(2..=3).contains(&version) {
            return Err(format!("is GGUF version {version}; 2 and 3, little-endian, are supported"));
        }
        // A tensor takes at least 24 bytes, a key and its value 13.
        let (num_tensors, num_keys) = (reader.count(24)?, reader.count(13)?);
        let mut metadata = BTreeMap::new();
        for _ in 0..num_keys {
            let key = reader.text()?;
            let kind = reader.u32()?;
            let value = reader.value(kind, 0).map_err(|why| format!("{why} (at metadata key {key:?})"))?;
            metadata.insert(key, value);
        }
        let tensors = (0..num_tensors).map(|_| reader.tensor()).collect::<Result<Vec<_>, _>>()?;
        let alignment = metadata.get("general.alignment").and_then(Value::as_u64).unwrap_or(32);
        if !(1..=1 << 20).contains(&alignment) {
            return Err(format!("asks for an alignment of {alignment} bytes"));
        }
        let data = reader.at.next_multiple_of(alignment as usize);
        Ok(Self { metadata: Metadata(metadata), tensors, data })
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(len).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or_else(|| "ends within its header".to_owned())?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N).map(|taken| taken.try_into().expect("as many bytes as were asked for; else it is a bug"))
    }

    fn u32(&mut self) -> Result<u32, String> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, String> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A number of things that take at least `size` bytes each.
    fn count(&mut self, size: usize) -> Result<usize, String> {
        let count = self.u64()?;
        let most = (self.bytes.len() - self.at) / size;
        let count = usize::try_from(count).ok().filter(|&count| count <= most);
        count.ok_or_else(|| "ends within its header".to_owned())
    }

    fn text(&mut self) -> Result<String, String> {
        let len = self.count(1)?;
        Ok(String::from_utf8_lossy(self.take(len)?).into_owned())
    }

    fn value(&mut self, kind: u32, depth: usize) -> Result<Value, String> {
        // JSON has no infinities: a number that is none becomes null.
        let float = |value: f64| Number::from_f64(value).map_or(Value::Null, Value::Number);
        Ok(match kind {
            0 => self.array::<1>()?[0].into(),
            1 => self.array::<1>()?[0].cast_signed().into(),
            2 => u16::from_le_bytes(self.array()?).into(),
            3 => i16::from_le_bytes(self.array()?).into(),
            4 => self.u32()?.into(),
            5 => i32::from_le_bytes(self.array()?).into(),
            6 => float(f32::from_le_bytes(self.array()?).into()),
            7 => (self.array::<1>()?[0] != 0).into(),
            8 => self.text()?.into(),
            9 if depth < MOST_NESTED => {
                let kind = self.u32()?;
                let len = self.count(least_size(kind))?;
                (0..len).map(|_| self.value(kind, depth + 1)).collect::<Result<Vec<_>, _>>()?.into()
            }
            10 => self.u64()?.into(),
            11 => i64::from_le_bytes(self.array()?).into(),
            12 => float(f64::from_le_bytes(self.array()?)),
            other => return Err(format!("has a value of unknown type {other}")),
        })
    }

    fn tensor(&mut self) -> Result<StoredTensor, String> {
        let name = self.text()?;
        let num_dims = self.u32()?;
        if !(1..=MOST_DIMS).contains(&num_dims) {
            return Err(format!("has a tensor {name:?} of {num_dims} dimensions"));
        }
        let dims = (0..num_dims).map(|_| self.u64()).collect::<Result<Vec<_>, _>>()?;
        let dims = dims.into_iter().map(|dim| usize::try_from(dim).ok().filter(|&dim| dim > 0));
        let dims = dims.collect::<Option<_>>().ok_or_else(|| format!("has a tensor {name:?} without elements"))?;
        Ok(StoredTensor { name, dims, kind: self.u32()?, offset: self.u64()? })
    }
}

/// Bytes that a value takes at least.
fn least_size(kind: u32) -> usize {
    match kind {
        2 | 3 => 2,
        4..=6 => 4,
        8 | 10..=12 => 8,
        9 => 12,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A file with one key of each type and one tensor.
    fn file() -> Vec<u8> {
        let mut out = b"GGUF".to_vec();
        out.extend(3_u32.to_le_bytes());
        out.extend(1_u64.to_le_bytes());
        out.extend(4_u64.to_le_bytes());
        let text = |out: &mut Vec<u8>, text: &str| {
            out.extend((text.len() as u64).to_le_bytes());
            out.extend(text.as_bytes());
        };
        text(&mut out, "name");
        out.extend(8_u32.to_le_bytes());
        text(&mut out, "é");
        text(&mut out, "count");
        out.extend(4_u32.to_le_bytes());
        out.extend(7_u32.to_le_bytes());
        text(&mut out, "list");
        out.extend(9_u32.to_le_bytes());
        out.extend(6_u32.to_le_bytes());
        out.extend(2_u64.to_le_bytes());
        out.extend(1.5_f32.to_le_bytes());
        out.extend(f32::INFINITY.to_le_bytes());
        text(&mut out, "general.alignment");
        out.extend(4_u32.to_le_bytes());
        out.extend(64_u32.to_le_bytes());
        text(&mut out, "x");
        out.extend(2_u32.to_le_bytes());
        out.extend(32_u64.to_le_bytes());
        out.extend(5_u64.to_le_bytes());
        out.extend(8_u32.to_le_bytes());
        out.extend(0_u64.to_le_bytes());
        out
    }

    #[test]
    fn a_header_is_read() {
        let bytes = file();
        let header = Header::parse(&bytes).unwrap();
        assert_eq!(header.metadata.text("name"), Some("é"));
        assert_eq!(header.metadata.count("count").unwrap(), Some(7));
        assert_eq!(header.metadata.get("list").unwrap()[1], Value::Null);
        assert!(header.metadata.numbers("list").is_err());
        assert_eq!((header.tensors[0].dims.as_slice(), header.tensors[0].kind), (&[32, 5][..], 8));
        assert_eq!(header.data, bytes.len().next_multiple_of(64));
    }

    #[test]
    fn a_cut_or_changed_header_is_an_error_and_never_a_panic() {
        let bytes = file();
        for len in 0..bytes.len() {
            assert!(Header::parse(&bytes[..len]).is_err(), "{len}");
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = value;
                let _ = Header::parse(&changed);
            }
        }
        assert!(Header::parse(b"GGUF\x01\0\0\0").err().unwrap().contains("version 1"));
    }
}
