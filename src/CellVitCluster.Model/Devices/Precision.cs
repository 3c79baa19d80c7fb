namespace CellVitCluster.Model.Devices;

/// <summary>
/// Number format of weights and of the maps between layers; decoders stay fp32 where our own convolution is faster than the library's in the shorter
/// format. Norms, soft-max, the residual stream and the last layer of each branch are
/// fp32 in every mode. Source: spec/model.md §7.
/// </summary>
public enum Precision
{
    /// <summary>fp32 throughout: the published numbers within the goldens' tolerances.</summary>
    Single,

    /// <summary>bfloat16: as wide a range as fp32, 8 bits of mantissa. Two to three times faster where the processor has instructions for it.</summary>
    BFloat16,

    /// <summary>fp16, for GPUs: 11 bits of mantissa; the format that the published networks were trained in.</summary>
    Half,
}
