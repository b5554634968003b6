//! What a step's kernels read besides tensors of the model: positions, slots, block tables and the plans of attention,
//! brought to the device once and shared by all layers.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use candle_core::{Device, Result, Tensor};

use super::executor::Executor;
use super::frame::{Size, tables};
use super::plan::{COMBINATION, ITEM, Kind, Plan};
use crate::BatchMeta;

/// A place in a batch for what a backend made of it. It says nothing about the batch, so all places are equal.
#[derive(Clone, Debug, Default)]
pub(crate) struct OnDevice(OnceLock<Arc<dyn Any + Send + Sync>>);

impl OnDevice {
    /// The place with this in it.
    pub(super) fn holding(batch: Arc<DeviceBatch>) -> Self {
        Self(OnceLock::from(batch as Arc<dyn Any + Send + Sync>))
    }
}

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
    plans: Mutex<HashMap<Kind, Arc<DevicePlan>>>,
    /// The room of a graph, and the step that is in it; `None`: exactly what one step needs.
    room: Option<(Size, Mutex<BatchMeta>)>,
}

/// A plan on the device.
#[derive(Debug)]
pub(super) struct DevicePlan {
    /// All items, which come to the device in one go.
    whole: Tensor,
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
        let tables = tables(batch);
        let inputs = upload([&batch.positions, &batch.slots, &tables].map(Vec::as_slice).concat(), device)?;
        Self::over(&inputs, batch.positions.len(), tables.len(), None)
    }

    /// Room for the steps of a graph: positions, slots and tables one after the other in `inputs`.
    pub(super) fn with_room(size: Size, inputs: &Tensor) -> Result<Self> {
        Self::over(inputs, size.rows, size.blocks, Some((size, Mutex::default())))
    }

    fn over(inputs: &Tensor, tokens: usize, blocks: usize, room: Option<(Size, Mutex<BatchMeta>)>) -> Result<Self> {
        Ok(Self {
            positions: inputs.narrow(0, 0, tokens)?,
            slots: inputs.narrow(0, tokens, tokens)?,
            tables: inputs.narrow(0, 2 * tokens, blocks)?,
            plans: Mutex::default(),
            room,
        })
    }

    /// Brings the plans of a step to where those of the last one were.
    pub(super) fn fill_plans(&self, executor: &dyn Executor, batch: &BatchMeta) -> Result<()> {
        let Some((size, step)) = &self.room else { return Ok(()) };
        step.lock().unwrap_or_else(PoisonError::into_inner).clone_from(batch);
        for (&kind, plan) in self.plans.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let made = Plan::new(batch, kind).in_room(*size)?;
            executor.write(&plan.whole, &items(&made))?;
        }
        Ok(())
    }

    /// The plan for layers of this kind.
    pub(super) fn plan(&self, batch: &BatchMeta, kind: Kind, device: &Device) -> Result<Arc<DevicePlan>> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans.get(&kind) {
            return Ok(Arc::clone(plan));
        }
        let plan = match &self.room {
            Some((size, step)) => {
                Plan::new(&step.lock().unwrap_or_else(PoisonError::into_inner), kind).in_room(*size)?
            }
            None => Plan::new(batch, kind),
        };
        let plan = Arc::new(DevicePlan::new(&plan, device)?);
        plans.insert(kind, Arc::clone(&plan));
        Ok(plan)
    }
}

impl DevicePlan {
    fn new(plan: &Plan, device: &Device) -> Result<Self> {
        let whole = upload(items(plan), device)?;
        let mut from = 0;
        let mut next = |len: usize, width: usize| {
            let tensor = whole.narrow(0, from, len * width)?;
            from += len * width;
            Ok::<_, candle_core::Error>(Items { tensor, len: len as u32 })
        };
        let (few, many) = (next(plan.few.len(), ITEM)?, next(plan.many.len(), ITEM)?);
        let combinations = next(plan.combinations.len(), COMBINATION)?;
        Ok(Self { few, many, combinations, num_partials: plan.num_partials, whole })
    }
}

/// All items of a plan, one after the other.
fn items(plan: &Plan) -> Vec<u32> {
    [plan.few.as_flattened(), plan.many.as_flattened(), plan.combinations.as_flattened()].concat()
}

/// A flat tensor on the device; one zero for nothing, because there are no tensors without memory.
pub(super) fn upload(mut values: Vec<u32>, device: &Device) -> Result<Tensor> {
    if values.is_empty() {
        values.push(0);
    }
    let len = values.len();
    Tensor::from_vec(values, len, device)
}
