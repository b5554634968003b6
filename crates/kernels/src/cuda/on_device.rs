//! What a step's kernels read besides tensors of the model: positions, slots, block tables and the plans of attention,
//! brought to the device once and shared by all layers.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use candle_core::{Device, Result, Tensor};

use super::plan::{Kind, Plan};
use crate::BatchMeta;

/// A place in a batch for what a backend made of it. It says nothing about the batch, so all places are equal.
#[derive(Clone, Debug, Default)]
pub(crate) struct OnDevice(OnceLock<Arc<dyn Any + Send + Sync>>);

impl PartialEq for OnDevice {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for OnDevice {}

/// A batch on the device.
#[derive(Debug)]
pub(super) struct DeviceBatch {
    pub positions: Tensor,
    pub slots: Tensor,
    /// Blocks of all rows.
    pub tables: Tensor,
    /// Where each row's blocks begin.
    offsets: Vec<usize>,
    plans: Mutex<HashMap<Kind, Arc<DevicePlan>>>,
}

/// A plan on the device; no tensor where there are no items.
#[derive(Debug)]
pub(super) struct DevicePlan {
    pub few: Items,
    pub many: Items,
    pub combinations: Items,
    pub num_partials: usize,
}

/// Items and their number.
#[derive(Debug)]
pub(super) struct Items {
    pub tensor: Tensor,
    pub len: u32,
}

impl DeviceBatch {
    /// That of `batch`, made when it is first asked for.
    pub(super) fn of(batch: &BatchMeta, device: &Device) -> Result<Arc<Self>> {
        let place = &batch.on_device.0;
        if let Some(found) = place.get().and_then(|found| Arc::clone(found).downcast::<Self>().ok()) {
            return Ok(found);
        }
        let made = Arc::new(Self::new(batch, device)?);
        // Another backend's place is left alone: tests run several over one batch.
        let _ = place.set(Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
        Ok(made)
    }

    fn new(batch: &BatchMeta, device: &Device) -> Result<Self> {
        let mut offsets = Vec::with_capacity(batch.rows.len());
        let mut blocks = Vec::new();
        for row in &batch.rows {
            offsets.push(blocks.len());
            blocks.extend_from_slice(&row.blocks);
        }
        Ok(Self {
            positions: upload(batch.positions.clone(), device)?,
            slots: upload(batch.slots.clone(), device)?,
            tables: upload(blocks, device)?,
            offsets,
            plans: Mutex::default(),
        })
    }

    /// The plan for layers of this kind.
    pub(super) fn plan(&self, batch: &BatchMeta, kind: Kind, device: &Device) -> Result<Arc<DevicePlan>> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans.get(&kind) {
            return Ok(Arc::clone(plan));
        }
        let plan = Plan::new(batch, &self.offsets, kind);
        let plan = Arc::new(DevicePlan {
            few: Items::new(&plan.few, device)?,
            many: Items::new(&plan.many, device)?,
            combinations: Items::new(&plan.combinations, device)?,
            num_partials: plan.num_partials,
        });
        plans.insert(kind, Arc::clone(&plan));
        Ok(plan)
    }
}

impl Items {
    fn new<const N: usize>(items: &[[u32; N]], device: &Device) -> Result<Self> {
        Ok(Self { tensor: upload(items.as_flattened().to_vec(), device)?, len: items.len() as u32 })
    }
}

/// A flat tensor on the device; one zero for nothing, because there are no tensors without memory.
pub(super) fn upload(mut values: Vec<u32>, device: &Device) -> Result<Tensor> {
    if values.is_empty() {
        values.push(0);
    }
    let len = values.len();
    Tensor::from_vec(values, len, device)
}
