namespace CellVitCluster.Domain.Errors;

/// <summary>Stable name of an error, listed in docs/errors.md. Codes are never reused for another meaning.</summary>
/// <param name="Value">For example <c>SLD-003</c>.</param>
public readonly record struct ErrorCode(string Value)
{
    /// <summary>A token classifier does not fit the model it is to follow, or is not the one the run was submitted with.</summary>
    public static readonly ErrorCode ClassifierMismatch = new("CLS-001");

    /// <summary>Nobody says what the classes of a token classifier are called.</summary>
    public static readonly ErrorCode ClassNamesMissing = new("CLS-002");

    /// <summary>A taxonomy file cannot be understood.</summary>
    public static readonly ErrorCode TaxonomyInvalid = new("CLS-003");

    /// <summary>The file does not exist.</summary>
    public static readonly ErrorCode SlideMissing = new("SLD-001");

    /// <summary>The file is no slide or image in a known format.</summary>
    public static readonly ErrorCode SlideFormatUnknown = new("SLD-002");

    /// <summary>Neither the user nor the file states a pixel size.</summary>
    public static readonly ErrorCode PixelSizeMissing = new("SLD-003");

    /// <summary>The pixel size lies outside what the networks can work with.</summary>
    public static readonly ErrorCode PixelSizeOutOfRange = new("SLD-004");

    /// <summary>The format is known, but the file is damaged or truncated.</summary>
    public static readonly ErrorCode SlideDamaged = new("SLD-005");

    /// <summary>A region of an otherwise readable slide cannot be decoded.</summary>
    public static readonly ErrorCode RegionUnreadable = new("SLD-006");

    /// <summary>A folder or list names no slide.</summary>
    public static readonly ErrorCode NoSlidesFound = new("SLD-007");

    /// <summary>A picture without pyramid is too large to be held in memory.</summary>
    public static readonly ErrorCode ImageTooLarge = new("SLD-008");

    /// <summary>A slide list cannot be understood.</summary>
    public static readonly ErrorCode SlideListInvalid = new("SLD-009");

    /// <summary>The OpenSlide library is not installed.</summary>
    public static readonly ErrorCode OpenSlideMissing = new("SLD-010");

    /// <summary>A region-of-interest file cannot be understood.</summary>
    public static readonly ErrorCode RegionFileInvalid = new("SLD-011");

    /// <summary>The model card or weights file does not exist.</summary>
    public static readonly ErrorCode ModelMissing = new("MDL-001");

    /// <summary>The weights are not the ones the card names.</summary>
    public static readonly ErrorCode ModelDigestMismatch = new("MDL-002");

    /// <summary>The checkpoint contains something else than tensors, numbers, strings, lists and dictionaries.</summary>
    public static readonly ErrorCode CheckpointForbidden = new("MDL-003");

    /// <summary>The checkpoint's tensors do not fit the network.</summary>
    public static readonly ErrorCode CheckpointMismatch = new("MDL-004");

    /// <summary>The file is no checkpoint, or it is truncated.</summary>
    public static readonly ErrorCode CheckpointUnreadable = new("MDL-005");

    /// <summary>The model card cannot be understood.</summary>
    public static readonly ErrorCode ModelCardInvalid = new("MDL-006");

    /// <summary>A model cannot be downloaded.</summary>
    public static readonly ErrorCode ModelDownloadFailed = new("MDL-007");

    /// <summary>The terms of a model were not accepted.</summary>
    public static readonly ErrorCode ModelTermsNotAccepted = new("MDL-008");

    /// <summary>Nobody states the digest of a file that is to be downloaded.</summary>
    public static readonly ErrorCode ModelDigestUnknown = new("MDL-009");

    /// <summary>The memory of the device does not suffice for the network.</summary>
    public static readonly ErrorCode DeviceMemoryFull = new("MDL-010");

    /// <summary>No cell store at that place.</summary>
    public static readonly ErrorCode StoreMissing = new("STO-001");

    /// <summary>A file of the cell store is damaged or missing.</summary>
    public static readonly ErrorCode StoreCorrupt = new("STO-002");

    /// <summary>The disk is full or a quota is reached.</summary>
    public static readonly ErrorCode DiskFull = new("STO-003");

    /// <summary>The result file of a tile is damaged.</summary>
    public static readonly ErrorCode TileResultCorrupt = new("STO-004");

    /// <summary>A directory cannot be written.</summary>
    public static readonly ErrorCode OutputNotWritable = new("STO-005");

    /// <summary>The store has no class layer of that name.</summary>
    public static readonly ErrorCode LayerMissing = new("STO-006");

    /// <summary>The database of the cluster's facts cannot be opened.</summary>
    public static readonly ErrorCode JournalUnavailable = new("STO-007");

    /// <summary>The database holds a fact that this version does not understand.</summary>
    public static readonly ErrorCode JournalUnreadable = new("STO-008");

    /// <summary>A node found no cluster to be a member of.</summary>
    public static readonly ErrorCode ClusterUnreachable = new("CLU-001");

    /// <summary>The cluster works with another wire protocol than the node.</summary>
    public static readonly ErrorCode ClusterRefused = new("CLU-002");

    /// <summary>A node was removed from its cluster.</summary>
    public static readonly ErrorCode ClusterLost = new("CLU-003");

    /// <summary>More tiles of a slide failed than is allowed.</summary>
    public static readonly ErrorCode TooManyFailedTiles = new("RUN-001");

    /// <summary>Another process works in the same output folder.</summary>
    public static readonly ErrorCode OutputLocked = new("RUN-002");

    /// <summary>An unexpected failure inside the program.</summary>
    public static readonly ErrorCode Unexpected = new("RUN-003");

    /// <summary>Nobody knows the run, batch or slide that a command is about.</summary>
    public static readonly ErrorCode WorkUnknown = new("RUN-004");

    /// <summary>A batch cannot be taken as it was sent: its id stands for other content, or its pages do not fit together.</summary>
    public static readonly ErrorCode BatchConflict = new("RUN-005");

    /// <summary>The same analysis of the same slide is under way for another output folder.</summary>
    public static readonly ErrorCode RunElsewhere = new("RUN-006");

    /// <summary>No living worker can do the work of a run.</summary>
    public static readonly ErrorCode NoWorker = new("CLU-004");

    /// <summary>A file that is to be evaluated cannot be understood.</summary>
    public static readonly ErrorCode EvaluationInputInvalid = new("EVL-001");

    /// <summary>Two sides cannot be compared with each other.</summary>
    public static readonly ErrorCode EvaluationImpossible = new("EVL-002");

    /// <summary>A command line or configuration value cannot be used.</summary>
    public static readonly ErrorCode ConfigurationInvalid = new("CFG-001");

    /// <summary>A path lies outside the folders that the service may read from or write to.</summary>
    public static readonly ErrorCode PathOutsideRoots = new("CFG-002");

    /// <summary>The cluster, or the part of it that would answer, does not at the moment.</summary>
    public static readonly ErrorCode ServiceUnavailable = new("API-001");

    /// <summary>The body of a request is too large.</summary>
    public static readonly ErrorCode RequestTooLarge = new("API-002");

    /// <summary>A web page of another origin sent the request.</summary>
    public static readonly ErrorCode OriginForbidden = new("API-003");

    /// <summary>No service answers at an address.</summary>
    public static readonly ErrorCode ServiceUnreachable = new("API-004");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
