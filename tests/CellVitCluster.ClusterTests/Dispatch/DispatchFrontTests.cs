using CellVitCluster.Cluster.Dispatch;

namespace CellVitCluster.ClusterTests.Dispatch;

/// <summary>
/// How many tiles of a slide wait for neighbors while it is worked on: the merger holds the nuclei at their seams until then, and with them its
/// memory would grow with the slide.
/// </summary>
public class DispatchFrontTests
{
    private const int Workers = 6;
    private const int Stock = 20;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(30, 40, 0)]
    [InlineData(30, 400, 0)]
    [InlineData(30, 400, 200)]
    public void Settled_tiles_with_open_seams_stay_few_however_long_the_slide(int columns, int rows, int stepsBetweenLosses)
    {
        int most = MostOpenTiles(columns, rows, stepsBetweenLosses, new Random(7));

        // The tiles in work and in stock lie in one band; on each side of it, and around it, settled ones may wait.
        most.ShouldBeLessThan((2 * columns) + (3 * Workers * Stock));
    }

    private static int MostOpenTiles(int columns, int rows, int stepsBetweenLosses, Random random)
    {
        var table = new DispatchTable(new DispatchOptions());
        byte[] pending = new byte[((columns * rows) + 7) / 8];
        for (int tile = 0; tile < columns * rows; tile++)
        {
            pending[tile >> 3] |= (byte)(1 << (tile & 7));
        }

        var slide = new SettledTiles(columns, rows);
        List<int>[] held = [.. Enumerable.Range(0, Workers).Select(_ => new List<int>())];
        string[] names = [.. Enumerable.Range(0, Workers).Select(i => $"w{i}")];
        for (int step = 1; slide.Count < columns * rows; step++)
        {
            step.ShouldBeLessThan(columns * rows * 10, "it does not end");
            if (step % 20 == 1)
            {
                table.Accept(new OfferWork(Specimens.Specification(), Specimens.Grid(columns, rows), pending), Start.AddSeconds(step));
            }

            int worker = random.Next(Workers);
            if (stepsBetweenLosses > 0 && random.Next(stepsBetweenLosses) == 0)
            {
                table.Suspend(names[worker], "is unreachable", Start.AddSeconds(step));
                held[worker].Clear();
                names[worker] = $"w{Workers + step}";
            }

            // Workers differ in speed, and each takes its tiles in the order of arrival.
            int done = held[worker].Count > 0 && random.Next(Workers) >= worker / 2 ? held[worker][0] : -1;
            if (done >= 0)
            {
                held[worker].RemoveAt(0);
                pending[done >> 3] &= (byte)~(1 << (done & 7));
                slide.Settle(done);
            }

            var request = new RequestWork(names[worker], Stock - held[worker].Count, [new HeldWork(Specimens.Specification().RunId, [.. held[worker]]) { Begun = [.. held[worker].Take(1)] }])
            {
                Settled = done < 0 ? null : [new HeldWork(Specimens.Specification().RunId, [done])],
            };
            held[worker].AddRange(table.Request(request, Start.AddSeconds(step)).SelectMany(grant => grant.Tiles));
        }

        return slide.MostOpen;
    }

    /// <summary>What is settled of a slide, and how many of those tiles still wait for a neighbor.</summary>
    private sealed class SettledTiles(int columns, int rows)
    {
        private readonly bool[] _settled = new bool[columns * rows];
        private readonly HashSet<int> _open = [];

        public int Count { get; private set; }

        public int MostOpen { get; private set; }

        public void Settle(int tile)
        {
            _settled[tile].ShouldBeFalse("a tile is settled once");
            _settled[tile] = true;
            Count++;
            _open.Add(tile);
            foreach (int near in Around(tile).Append(tile).Where(near => _settled[near] && Around(near).All(other => _settled[other])))
            {
                _open.Remove(near);
            }

            MostOpen = Math.Max(MostOpen, _open.Count);
        }

        private IEnumerable<int> Around(int tile)
        {
            int column = tile % columns, row = tile / columns;
            for (int y = Math.Max(0, row - 1); y <= Math.Min(rows - 1, row + 1); y++)
            {
                for (int x = Math.Max(0, column - 1); x <= Math.Min(columns - 1, column + 1); x++)
                {
                    if (x != column || y != row)
                    {
                        yield return (y * columns) + x;
                    }
                }
            }
        }
    }
}
