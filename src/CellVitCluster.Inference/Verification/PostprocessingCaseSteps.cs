using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;

namespace CellVitCluster.Inference.Verification;

/// <summary>Compares the intermediate images of the separation with recorded ones.</summary>
internal static class PostprocessingCaseSteps
{
    /// <summary>Recorded crops cover these rows and columns.</summary>
    private const int CropStart = 96;
    private const int CropEnd = 160;

    /// <summary>One unit in the last place of a single-precision number just below 1: steps after the min-max scaling carry no more.</summary>
    private const double SingleUlp = 6e-8;

    /// <summary>Relative to the largest response: the order of summation is not prescribed.</summary>
    private const double ResponseTolerance = 1e-13;

    /// <summary>Runs the separation step by step and compares each image.</summary>
    public static void Compare(
        string folder, NetworkMaps maps, SeparationParameters parameters, SeparationWorkspace workspace, DetectionComparison comparison)
    {
        double[] Load(string name) => GoldenArray.Load(Path.Combine(folder, $"{name}.npy")).ToDoubles();

        workspace.Foreground.Build(maps.Nucleus, maps.Width, maps.Height, parameters.MinimumObjectPixels);
        double[] foreground = Load("blb");
        comparison.AddUnequal("foreground", CountUnequal(workspace.Foreground.Mask, foreground));
        comparison.Add("scaled h", LargestScaled(maps.Horizontal, maps.Width, Load("h_norm_crop96_160")), SingleUlp);
        comparison.Add("scaled v", LargestScaled(maps.Vertical, maps.Width, Load("v_norm_crop96_160")), SingleUlp);

        (MinMaxScaling alongX, MinMaxScaling alongY) = HoverSeparator.ComputeResponses(maps, parameters, workspace);
        FramedBuffer first = workspace.AlongX(maps.Width, maps.Height);
        FramedBuffer second = workspace.AlongY(maps.Width, maps.Height);
        CompareResponses("responses h", first, Load("sobel_h_crop96_160"), comparison);
        CompareResponses("responses v", second, Load("sobel_v_crop96_160"), comparison);

        HoverSeparator.BuildLandscape(maps, parameters, workspace, alongX, alongY);
        new SmoothHeights(workspace.Foreground, first, second).Compute(workspace.Foreground.Runs);
        double[] ridges = Load("overall");
        double[] heights = Load("dist");
        comparison.Add("ridges", LargestInside(maps, foreground, first, (depth, i) => (1 - depth) - ridges[i]), SingleUlp);
        comparison.Add("heights", LargestInside(maps, foreground, second, (height, i) => height - heights[i]), SingleUlp);

        HoverSeparator.FindMarkers(maps, workspace);
        comparison.AddUnequal("markers", CountUnequalMarkers(workspace.Components, parameters.MarkerMinimumPixels, maps.Width, Load("markers")));
        LabelImage labels = HoverSeparator.Separate(maps, parameters, workspace);
        comparison.AddUnequal("watershed", CountUnequal(labels, Load("watershed")));
    }

    /// <summary>Number of pixels with another label than expected.</summary>
    public static int CountUnequal(LabelImage labels, double[] expected)
    {
        int unequal = 0;
        for (int y = 0; y < labels.Height; y++)
        {
            ReadOnlySpan<int> row = labels.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                unequal += row[x] == expected[(y * row.Length) + x] ? 0 : 1;
            }
        }

        return unequal;
    }

    private static int CountUnequal(byte[] mask, double[] expected)
    {
        int unequal = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            unequal += mask[i] == expected[i] ? 0 : 1;
        }

        return unequal;
    }

    private static int CountUnequalMarkers(ConnectedComponents markers, int minimumPixels, int width, double[] expected)
    {
        double[] actual = new double[expected.Length];
        foreach (PixelRun run in markers.Runs)
        {
            if (markers.Areas[run.Component] >= minimumPixels)
            {
                actual.AsSpan((run.Row * width) + run.Start, run.Length).Fill(run.Component + 1);
            }
        }

        return actual.Zip(expected).Count(pair => pair.First != pair.Second);
    }

    private static double LargestScaled(float[] map, int width, double[] expected)
    {
        var scaling = MinMaxScaling.Of(map);
        double largest = 0;
        ForEachInCrop((x, y, i) => largest = Math.Max(largest, Math.Abs(scaling.Apply(map[(y * width) + x]) - expected[i])));
        return largest;
    }

    private static void CompareResponses(string what, FramedBuffer actual, double[] expected, DetectionComparison comparison)
    {
        double largest = 0;
        ForEachInCrop((x, y, i) => largest = Math.Max(largest, Math.Abs(actual.Row(y)[x] - expected[i])));
        comparison.Add(what, largest, expected.Max(Math.Abs) * ResponseTolerance);
    }

    private static void ForEachInCrop(Action<int, int, int> action)
    {
        int i = 0;
        for (int y = CropStart; y < CropEnd; y++)
        {
            for (int x = CropStart; x < CropEnd; x++)
            {
                action(x, y, i++);
            }
        }
    }

    private static double LargestInside(NetworkMaps maps, double[] foreground, FramedBuffer actual, Func<double, int, double> difference)
    {
        double largest = 0;
        for (int i = 0; i < foreground.Length; i++)
        {
            if (foreground[i] != 0)
            {
                largest = Math.Max(largest, Math.Abs(difference(actual.Row(i / maps.Width)[i % maps.Width], i)));
            }
        }

        return largest;
    }
}
