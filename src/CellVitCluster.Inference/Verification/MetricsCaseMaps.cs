using CellVitCluster.Detection.Labels;
using CellVitCluster.Evaluation.Compat;
using CellVitCluster.Evaluation.Overlap;
using CellVitCluster.Evaluation.Regions;

namespace CellVitCluster.Inference.Verification;

/// <summary>Label and class maps of a metrics case.</summary>
internal sealed class MetricsCaseMaps
{
    private const byte LargestType = 5;

    private readonly LabelImage _truth;
    private readonly LabelImage _prediction;
    private readonly byte[] _truthTypes;
    private readonly byte[] _predictionTypes;

    private MetricsCaseMaps(LabelImage truth, byte[] truthTypes, LabelImage prediction, byte[] predictionTypes)
    {
        (_truth, _truthTypes, _prediction, _predictionTypes) = (truth, truthTypes, prediction, predictionTypes);
        Table = TableOf(truth, prediction);
    }

    /// <summary>All instances, counted anew from 0 by ascending number.</summary>
    public OverlapTable Table { get; }

    /// <summary>All annotated instances against the merged channels of the prediction.</summary>
    public OverlapTable MergedTable => TableOf(
        _truth, TypedChannels.Merge([.. Enumerable.Range(1, LargestType).Select(type => TypedChannels.Channel(_prediction, _predictionTypes, (byte)type))]));

    /// <summary>Annotated cells as the reference sees them.</summary>
    public IReadOnlyList<ReferenceCell> TrueCells => ReferenceCells.Of(_truth, _truthTypes);

    /// <summary>Predicted cells as the reference sees them.</summary>
    public IReadOnlyList<ReferenceCell> PredictedCells => ReferenceCells.Of(_prediction, _predictionTypes);

    /// <summary>Reads the four maps.</summary>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="FormatException">A file is no array of the expected type.</exception>
    public static MetricsCaseMaps Load(string folder)
    {
        GoldenArray Read(string name) => GoldenArray.Load(Path.Combine(folder, $"{name}.npy"));
        return new MetricsCaseMaps(
            Labels(Read("true_instances")), Read("true_types").As<byte>().ToArray(),
            Labels(Read("pred_instances")), Read("pred_types").As<byte>().ToArray());
    }

    /// <summary>Instances of one class.</summary>
    public OverlapTable TableOf(byte type) =>
        TableOf(TypedChannels.Channel(_truth, _truthTypes, type), TypedChannels.Channel(_prediction, _predictionTypes, type));

    private static OverlapTable TableOf(LabelImage truth, LabelImage prediction) =>
        OverlapTable.Of(LabelRegions.Of(truth), LabelRegions.Of(prediction));

    private static LabelImage Labels(GoldenArray array)
    {
        int height = (int)array.Shape[0], width = (int)array.Shape[1];
        var image = new LabelImage(width, height);
        ReadOnlySpan<int> values = array.As<int>();
        for (int i = 0; i < values.Length; i++)
        {
            image[i % width, i / width] = values[i];
        }

        return image;
    }
}
