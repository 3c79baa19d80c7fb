using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Separation;

public sealed class MarkerWatershedTests
{
    private const int Width = 23;
    private const int Height = 17;

    /// <summary>Few distinct heights, so that ties of every kind occur in almost every sample.</summary>
    private static readonly Gen<(byte[] Mask, byte[] Markers, double[] Heights)> Landscapes = Gen.Select(
        Gen.Int[0, 9].Select(v => (byte)(v < 7 ? 1 : 0)).Array[Width * Height],
        Gen.Int[0, 9].Select(v => (byte)(v < 2 ? 1 : 0)).Array[Width * Height],
        Gen.Int[0, 5].Select(v => -v / 8.0).Array[Width * Height]);

    [Fact]
    public void The_published_order_equals_the_published_procedure_with_ties() =>
        Landscapes.Sample(scene => Flood(scene, publishedTieOrder: true).ShouldBe(Literal(scene, (_, _) => 0)), iter: 300);

    [Fact]
    public void The_default_order_equals_the_same_procedure_with_markers_in_raster_order() =>
        Landscapes.Sample(scene => Flood(scene, publishedTieOrder: false).ShouldBe(Literal(scene, (_, rank) => rank)), iter: 300);

    [Fact]
    public void Without_ties_both_orders_agree() =>
        Gen.Select(Landscapes, Gen.Int[0, 1000]).Sample(
            (scene, seed) =>
            {
                double[] distinct = [.. Enumerable.Range(0, Width * Height).Select(i => -(double)((i * 7919L) + seed) % 1009)];
                var other = scene with { Heights = distinct };
                Flood(other, publishedTieOrder: true).ShouldBe(Flood(other, publishedTieOrder: false));
            },
            iter: 100);

    private static int[] Flood((byte[] Mask, byte[] Markers, double[] Heights) scene, bool publishedTieOrder)
    {
        var foreground = new Foreground();
        foreground.Build(scene.Mask, Width, Height, minimumPixels: 3);
        var markers = new ConnectedComponents();
        markers.FindSet(scene.Markers, Width, Height);
        var heights = new FramedBuffer(new double[(Width + 2) * (Height + 2)], Width);
        for (int y = 0; y < Height; y++)
        {
            scene.Heights.AsSpan(y * Width, Width).CopyTo(heights.Row(y));
        }

        var labels = new LabelImage(Width, Height);
        new MarkerWatershed().Flood(labels, new GivenHeights(heights.Values), foreground, markers, markerMinimumPixels: 2, publishedTieOrder);
        return [.. Enumerable.Range(0, Width * Height).Select(i => labels[i % Width, i / Width])];
    }

    /// <summary>Spec/inference.md §9.7 word for word, with the age of markers as a parameter.</summary>
    private static int[] Literal((byte[] Mask, byte[] Markers, double[] Heights) scene, Func<int, int, int> markerAge)
    {
        var foreground = new Foreground();
        foreground.Build(scene.Mask, Width, Height, minimumPixels: 3);
        var markers = new ConnectedComponents();
        markers.FindSet(scene.Markers, Width, Height);
        int[] labels = new int[Width * Height];
        foreach (PixelRun run in markers.Runs)
        {
            for (int x = run.Start; x < run.End; x++)
            {
                int pixel = (run.Row * Width) + x;
                labels[pixel] = foreground.Mask[pixel] != 0 && markers.Areas[run.Component] >= 2 ? run.Component + 1 : 0;
            }
        }

        var heap = new List<(double Value, int Age, int Pixel)>();
        int age = 0;
        for (int pixel = 0; pixel < labels.Length; pixel++)
        {
            if (labels[pixel] != 0)
            {
                Push(heap, (scene.Heights[pixel], markerAge(pixel, age++), pixel));
            }
        }

        age = Math.Max(age, 1);
        while (heap.Count > 0)
        {
            int pixel = Pop(heap).Pixel;
            int x = pixel % Width, y = pixel / Width;
            foreach ((int nx, int ny) in new[] { (x, y - 1), (x - 1, y), (x + 1, y), (x, y + 1) })
            {
                int neighbor = (ny * Width) + nx;
                if (nx is >= 0 and < Width && ny is >= 0 and < Height && foreground.Mask[neighbor] != 0 && labels[neighbor] == 0)
                {
                    age++;
                    labels[neighbor] = labels[pixel];
                    Push(heap, (scene.Heights[neighbor], age, neighbor));
                }
            }
        }

        return labels;
    }

    private static bool Less((double Value, int Age, int Pixel) a, (double Value, int Age, int Pixel) b) =>
        a.Value < b.Value || (a.Value == b.Value && a.Age < b.Age);

    private static void Push(List<(double Value, int Age, int Pixel)> heap, (double Value, int Age, int Pixel) entry)
    {
        heap.Add(entry);
        for (int i = heap.Count - 1; i > 0 && Less(heap[i], heap[(i - 1) / 2]); i = (i - 1) / 2)
        {
            (heap[i], heap[(i - 1) / 2]) = (heap[(i - 1) / 2], heap[i]);
        }
    }

    private static (double Value, int Age, int Pixel) Pop(List<(double Value, int Age, int Pixel)> heap)
    {
        (double Value, int Age, int Pixel) top = heap[0];
        heap[0] = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        int at = 0;
        while (true)
        {
            int best = at;
            for (int child = (2 * at) + 1; child <= (2 * at) + 2 && child < heap.Count; child++)
            {
                best = Less(heap[child], heap[best]) ? child : best;
            }

            if (best == at)
            {
                return top;
            }

            (heap[at], heap[best]) = (heap[best], heap[at]);
            at = best;
        }
    }

    private sealed class GivenHeights(double[] values) : IHeights
    {
        public double[] Values => values;

        public void Compute(ReadOnlySpan<PixelRun> runs)
        {
            // They are all there.
        }
    }
}
