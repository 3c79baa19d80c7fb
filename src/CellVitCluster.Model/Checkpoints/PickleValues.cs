namespace CellVitCluster.Model.Checkpoints;

/// <summary>One of the few global names a checkpoint may refer to.</summary>
internal enum PickleGlobal
{
    /// <summary><c>collections.OrderedDict</c>.</summary>
    OrderedDict,

    /// <summary><c>torch._utils._rebuild_tensor_v2</c>.</summary>
    RebuildTensor,

    /// <summary><c>torch._utils._rebuild_parameter</c>.</summary>
    RebuildParameter,
}

/// <summary>A flat run of numbers that lies outside the pickle stream.</summary>
/// <param name="ElementType">Type of the numbers.</param>
/// <param name="Key">Name inside the container.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="FirstElement">Element at which a view of an older file begins, else 0.</param>
internal sealed record StorageReference(ElementType ElementType, string Key, long Count, long FirstElement);

/// <summary>A strided view of a storage. Lengths of both lists are equal; all numbers are not negative.</summary>
/// <param name="Storage">Where the numbers lie.</param>
/// <param name="Offset">First element.</param>
/// <param name="Shape">Extents.</param>
/// <param name="Strides">Distances in elements.</param>
internal sealed record TensorReference(StorageReference Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides);
