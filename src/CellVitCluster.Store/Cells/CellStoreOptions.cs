using System.ComponentModel.DataAnnotations;

namespace CellVitCluster.Store.Cells;

/// <summary>How much a store builder may use of the machine. The content of the store does not depend on it.</summary>
public sealed class CellStoreOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string SectionName = "Store";

    /// <summary>Default of <see cref="BucketMemoryMebibytes"/>.</summary>
    public const int DefaultBucketMemoryMebibytes = 64;

    /// <summary>
    /// Memory in MiB for cells on their way to the block files, 1 … 4096, default 64. Raise it when the working directory lies on a
    /// network volume: fewer, larger appends. Sealing needs the memory of one block (about 20,000 cells) whatever stands here.
    /// </summary>
    [Range(1, 4096)]
    public int BucketMemoryMebibytes { get; set; } = DefaultBucketMemoryMebibytes;
}
