using Apache.Arrow;
using Apache.Arrow.Types;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Store.Cells;

/// <summary>The column <c>class_name</c>: names of classes as a dictionary.</summary>
internal static class ClassNameColumn
{
    /// <summary>Type of the column.</summary>
    public static DictionaryType Type { get; } = new(Int32Type.Default, StringType.Default, ordered: false);

    /// <summary>Dictionary in the order of the class ids that occur, so that the bytes depend on the set of cells only.</summary>
    /// <param name="taxonomy">Names.</param>
    /// <param name="classes">Class id of each row.</param>
    public static DictionaryArray Build(Taxonomy taxonomy, ReadOnlySpan<byte> classes)
    {
        Span<int> places = stackalloc int[byte.MaxValue + 1];
        places.Fill(-1);
        foreach (byte id in classes)
        {
            places[id] = 0;
        }

        var names = new StringArray.Builder();
        int next = 0;
        for (int id = 0; id < places.Length; id++)
        {
            if (places[id] == 0)
            {
                names.Append(taxonomy[(byte)id].Name);
                places[id] = next++;
            }
        }

        var indices = new Int32Array.Builder().Reserve(classes.Length);
        foreach (byte id in classes)
        {
            indices.Append(places[id]);
        }

        return new DictionaryArray(Type, indices.Build(), names.Build());
    }
}
