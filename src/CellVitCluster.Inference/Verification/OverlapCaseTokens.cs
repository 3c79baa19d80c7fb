using System.Text.Json;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Inference.Embeddings;

namespace CellVitCluster.Inference.Verification;

/// <summary>Compares token means with recorded ones, in single precision and in the stored half precision.</summary>
internal static class OverlapCaseTokens
{
    private const double Tolerance = 1e-6;

    /// <summary>Half a unit in the last place of fp16, relative to the value.</summary>
    private const double HalfPrecision = 1.0 / 2048;

    /// <summary>Pools each cell's tokens from its tile and compares.</summary>
    public static void Compare(string folder, IReadOnlyList<OverlapCaseCell> cells, JsonElement expected, DetectionComparison comparison)
    {
        var tokens = GoldenArray.Load(Path.Combine(folder, "tile_tokens.npy"));
        var means = GoldenArray.Load(Path.Combine(folder, "cell_tokens.npy"));
        int width = (int)tokens.Shape[1];
        int perSide = (int)tokens.Shape[2];
        int patchSize = expected.GetProperty("token_patch_size").GetInt32();
        TileId[] tiles = [.. expected.GetProperty("tiles").EnumerateArray().Select(tile => new TileId(tile[0].GetInt32(), tile[1].GetInt32()))];
        double largest = 0, largestHalf = 0, magnitude = 0;
        float[] mean = new float[width];
        for (int i = 0; i < cells.Count; i++)
        {
            int tile = Array.IndexOf(tiles, cells[i].Recorded.Tile);
            ReadOnlySpan<float> source = tokens.As<float>().Slice(tile * width * perSide * perSide, width * perSide * perSide);
            ReadOnlySpan<float> recorded = means.As<float>().Slice(i * width, width);
            TokenPooler.Pool(source, width, perSide, patchSize, cells[i].Box, mean);
            Half[] stored = TokenPooler.PoolAll(source, width, perSide, patchSize, [CellWith(cells[i].Box)]);
            for (int feature = 0; feature < width; feature++)
            {
                magnitude = Math.Max(magnitude, Math.Abs(recorded[feature]));
                largest = Math.Max(largest, Math.Abs(mean[feature] - recorded[feature]));
                largestHalf = Math.Max(largestHalf, Math.Abs((float)stored[feature] - recorded[feature]));
            }
        }

        comparison.Add("token means", largest, Tolerance);
        comparison.Add("token means in half precision", largestHalf, (magnitude * HalfPrecision) + Tolerance);
    }

    private static TileCell CellWith(TileRect box) => new()
    {
        Box = box,
        Centroid = default,
        Contour = new TileContour(new short[6]),
        AreaPixels = 1,
        Class = 0,
        ClassShare = 0,
        NucleusProbability = 0,
    };
}
