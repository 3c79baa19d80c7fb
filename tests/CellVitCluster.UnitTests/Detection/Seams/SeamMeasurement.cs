using System.Diagnostics;
using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Detection.Targets;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>
/// A slide of nuclei on seams through separation and merging, tile by tile, and back to its truth. Memory holds one tile with its surroundings and a
/// few numbers per nucleus.
/// </summary>
/// <param name="slide">The truth.</param>
/// <param name="view">What the perfect network knows of a cut nucleus.</param>
internal sealed class SeamMeasurement(SeamSlide slide, SeamView view)
{
    /// <summary>Px around a tile in which the nuclei that reach into it lie whole.</summary>
    private const int Margin = 160;

    private const int TokenWidth = 384;
    private const int MostExamples = 40;
    private const double SquareMicronsPerPixel = 0.25 * 0.25;

    private readonly SeamTally _tally = new();
    private readonly SeparationWorkspace _workspace = new();
    private readonly Dictionary<long, (int Cells, int Area)> _found = [];
    private readonly HashSet<long> _inseparable = [];
    private readonly HashSet<long> _merged = [];
    private readonly Stopwatch _merging = new();

    /// <summary>Measures.</summary>
    /// <param name="tileDone">Told after each tile.</param>
    public SeamTally Run(Action<int>? tileDone = null)
    {
        var merger = new SeamMerger(slide.Plan);
        for (int i = 0; i < slide.Grid.TileCount; i++)
        {
            TileId tile = slide.Grid.TileAt(i);
            TileCells? cells = Look(tile);
            _merging.Start();
            IReadOnlyList<SlideCell> final = cells is not null ? merger.Add(cells) : slide.Plan.Contains(tile) ? merger.Skip(tile) : [];
            _merging.Stop();
            _tally.TileCells += cells?.Cells.Count ?? 0;
            Note(final);
            tileDone?.Invoke(i + 1);
        }

        _merging.Start();
        IReadOnlyList<SlideCell> rest = merger.Complete();
        _merging.Stop();
        Note(rest);
        _tally.MergerTime = _merging.Elapsed;
        foreach (SeamNucleus nucleus in slide.Nuclei)
        {
            Judge(nucleus);
        }

        return _tally;
    }

    /// <summary>Cells of a tile, or null when it is not analyzed; notes what cannot be separated around it either.</summary>
    private TileCells? Look(TileId tile)
    {
        var window = GridBox.WindowOf(slide.Grid.FrameOf(tile));
        var area = new GridBox(window.Left - Margin, window.Top - Margin, window.Right + Margin, window.Bottom + Margin);
        List<SeamNucleus> nuclei = slide.NucleiNear(tile, area);
        LabelImage truth = Draw(nuclei, area);
        byte[] classes = [0, .. nuclei.Select(nucleus => (byte)(1 + (nucleus.Id % 5)))];
        NetworkMaps around = IdealMaps.Of(truth, classes);
        NoteInseparable(tile, nuclei, truth, around);
        if (!slide.IsAnalyzed(tile))
        {
            return null;
        }

        var place = new TileRect(Margin, Margin, TileGrid.TileSize, TileGrid.TileSize);
        NetworkMaps maps = view == SeamView.KnowsWholeNucleus ? IdealMaps.Cut(around, place) : IdealMaps.OfWindowAlone(truth, place, classes);
        IReadOnlyList<TileCell> cells = NucleusExtractor.Extract(maps, SeparationParameters.Default, CompatibilityMode.Default, _workspace).Cells;
        return new TileCells(tile, cells, TokenWidth, new Half[cells.Count * TokenWidth]);
    }

    /// <summary>Where two nuclei share pixels, the first has them.</summary>
    private static LabelImage Draw(List<SeamNucleus> nuclei, GridBox area)
    {
        var image = new LabelImage(area.Width, area.Height);
        for (int i = nuclei.Count - 1; i >= 0; i--)
        {
            GridBox box = nuclei[i].Box.Intersection(area);
            for (int y = box.Top; y < box.Bottom; y++)
            {
                for (int x = box.Left; x < box.Right; x++)
                {
                    if (nuclei[i].Contains(x, y))
                    {
                        image[x - area.Left, y - area.Top] = i + 1;
                    }
                }
            }
        }

        return image;
    }

    private void NoteInseparable(TileId tile, List<SeamNucleus> nuclei, LabelImage truth, NetworkMaps around)
    {
        LabelImage separated = HoverSeparator.Separate(around, SeparationParameters.Default, _workspace);
        var shared = new Dictionary<(int Truth, int Separated), int>();
        int[] truthAreas = new int[nuclei.Count + 1];
        var separatedAreas = new Dictionary<int, int>();
        for (int y = 0; y < truth.Height; y++)
        {
            ReadOnlySpan<int> expected = truth.Row(y), actual = separated.Row(y);
            for (int x = expected.IndexOfAnyExcept(0); x >= 0 && x < expected.Length; x++)
            {
                // The foreground is that of the truth, so that nothing is separated outside it.
                if (expected[x] != 0)
                {
                    truthAreas[expected[x]]++;
                    separatedAreas[actual[x]] = separatedAreas.GetValueOrDefault(actual[x]) + 1;
                    shared[(expected[x], actual[x])] = shared.GetValueOrDefault((expected[x], actual[x])) + 1;
                }
            }
        }

        bool[] separable = new bool[nuclei.Count + 1];
        foreach (((int label, int other), int count) in shared)
        {
            separable[label] |= other != 0 && count >= 0.95 * truthAreas[label] && count >= 0.9 * separatedAreas[other];
        }

        for (int i = 0; i < nuclei.Count; i++)
        {
            // Each nucleus is judged once, around the tile that its center belongs to.
            if (!separable[i + 1] && HomeOf(nuclei[i]) == tile)
            {
                _inseparable.Add(nuclei[i].Id);
            }
        }
    }

    private static TileId HomeOf(SeamNucleus nucleus) =>
        new((int)Math.Floor(nucleus.Y / TileGrid.Stride), (int)Math.Floor(nucleus.X / TileGrid.Stride));

    private void Note(IReadOnlyList<SlideCell> cells)
    {
        _tally.SlideCells += cells.Count;
        foreach (SlideCell cell in cells)
        {
            Note(cell);
        }
    }

    /// <summary>A cell shows the nucleus that most of its pixels belong to.</summary>
    private void Note(SlideCell cell)
    {
        SlideRect bounds = cell.Outline.Bounds;
        var box = new GridBox((int)bounds.X, (int)bounds.Y, (int)(bounds.X + bounds.Width) + 1, (int)(bounds.Y + bounds.Height) + 1);
        var home = new TileId((int)(bounds.Y / TileGrid.Stride), (int)(bounds.X / TileGrid.Stride));
        List<SeamNucleus> candidates = slide.NucleiNear(home, box);
        int[] shared = new int[candidates.Count];
        OutlineRows.ForEachPixel(
            cell.Outline,
            (x, y) =>
            {
                int nucleus = candidates.FindIndex(candidate => candidate.Contains(x, y));
                if (nucleus >= 0)
                {
                    shared[nucleus]++;
                }
            });
        int shown = shared.Length == 0 ? -1 : Array.IndexOf(shared, shared.Max());
        if (shown < 0 || shared[shown] == 0)
        {
            _tally.Invented++;
            return;
        }

        (int count, int area) = _found.GetValueOrDefault(candidates[shown].Id);
        _found[candidates[shown].Id] = (count + 1, Math.Max(area, (int)Math.Round(cell.AreaSquareMicrons / SquareMicronsPerPixel)));
        for (int i = 0; i < shared.Length; i++)
        {
            if (i != shown && shared[i] >= 0.2 * Math.PI * candidates[i].Axes.A * candidates[i].Axes.B)
            {
                _merged.Add(candidates[i].Id);
            }
        }
    }

    private void Judge(SeamNucleus nucleus)
    {
        _tally.Nuclei++;
        if (_inseparable.Contains(nucleus.Id))
        {
            _tally.Inseparable++;
            return;
        }

        (int all, int seen, bool whole) = Seen(nucleus);
        if (seen == 0)
        {
            _tally.Hidden++;
            return;
        }

        (int cells, int area) = _found.GetValueOrDefault(nucleus.Id);
        bool partlyHidden = seen < 0.9 * all;
        _tally.SeenWhole += whole ? 1 : 0;
        _tally.SeenInParts += whole || partlyHidden ? 0 : 1;
        _tally.PartlyHidden += partlyHidden ? 1 : 0;
        _tally.PartlyHiddenFound += partlyHidden && cells > 0 ? 1 : 0;
        bool merged = _merged.Contains(nucleus.Id);
        bool small = cells > 0 && area < 0.9 * seen;
        bool lost = cells == 0 && !merged && !partlyHidden;
        SeamFaults faults = nucleus.IsTouching ? _tally.Touching : _tally.Apart;
        faults.Judged++;
        faults.Doubled += cells > 1 ? 1 : 0;
        faults.Cut += small && whole ? 1 : 0;
        faults.Incomplete += small && !whole ? 1 : 0;
        faults.Lost += lost ? 1 : 0;
        faults.Merged += merged ? 1 : 0;
        if ((cells > 1 || lost || small || merged) && _tally.Examples.Count < MostExamples)
        {
            _tally.Examples.Add(FormattableString.Invariant(
                $"{(nucleus.IsTouching ? "touching" : "apart")} {nucleus.Box}: {cells} cells, {area} of {seen} px seen ({all} in all), whole {whole}, merged {merged}, tile {HomeOf(nucleus)}"));
        }
    }

    /// <summary>Pixels of a nucleus, those that analyzed tiles see together, and whether one of them sees it whole.</summary>
    private (int All, int Seen, bool Whole) Seen(SeamNucleus nucleus)
    {
        TileId home = HomeOf(nucleus);
        var windows = new List<GridBox>();
        for (int row = home.Row - 1; row <= home.Row + 1; row++)
        {
            for (int column = home.Column - 1; column <= home.Column + 1; column++)
            {
                if (slide.IsAnalyzed(new TileId(row, column)))
                {
                    windows.Add(GridBox.WindowOf(slide.Grid.FrameOf(new TileId(row, column))));
                }
            }
        }

        GridBox box = nucleus.Box;
        int all = 0, seen = 0;
        for (int y = box.Top; y < box.Bottom; y++)
        {
            for (int x = box.Left; x < box.Right; x++)
            {
                if (nucleus.Contains(x, y))
                {
                    all++;
                    var pixel = new GridBox(x, y, x + 1, y + 1);
                    seen += windows.Exists(window => window.Meets(pixel)) ? 1 : 0;
                }
            }
        }

        return (all, seen, windows.Exists(window => window.Intersection(box) == box));
    }
}
