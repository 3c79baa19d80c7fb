namespace CellVitCluster.Model.Checkpoints;

/// <summary>Sizes of the element types and their names in the two file formats.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes per element.</summary>
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.Float64 or ElementType.Int64 => 8,
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 => 2,
        _ => 1,
    };

    /// <summary>Element type of a storage class of module <c>torch</c>, or null for a class that is none.</summary>
    public static ElementType? FromStorageClass(string name) => name switch
    {
        "FloatStorage" => ElementType.Float32,
        "HalfStorage" => ElementType.Float16,
        "BFloat16Storage" => ElementType.BFloat16,
        "DoubleStorage" => ElementType.Float64,
        "LongStorage" => ElementType.Int64,
        "IntStorage" => ElementType.Int32,
        "ShortStorage" => ElementType.Int16,
        "CharStorage" => ElementType.Int8,
        "ByteStorage" => ElementType.UInt8,
        "BoolStorage" => ElementType.Boolean,
        _ => null,
    };

    /// <summary>Name in a safetensors header.</summary>
    public static string ToSafetensors(ElementType type) => type switch
    {
        ElementType.Float32 => "F32",
        ElementType.Float16 => "F16",
        ElementType.BFloat16 => "BF16",
        ElementType.Float64 => "F64",
        ElementType.Int64 => "I64",
        ElementType.Int32 => "I32",
        ElementType.Int16 => "I16",
        ElementType.Int8 => "I8",
        ElementType.UInt8 => "U8",
        _ => "BOOL",
    };

    /// <summary>Element type of a safetensors name, or null for one that is not supported.</summary>
    public static ElementType? FromSafetensors(string? name)
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            if (ToSafetensors(type) == name)
            {
                return type;
            }
        }

        return null;
    }
}
