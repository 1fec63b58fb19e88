#include "tests/bench/solver/rival.h"
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <vector>

namespace
{
using Graph = lemon::SmartDigraph;

template <class Algorithm, class Number>
rival_result solve(const instance &net, double (*now)(void))
{
  double start = now();
  Graph graph;
  graph.reserveNode(net.n);
  graph.reserveArc(net.m);
  std::vector<Graph::Node> node(net.n);
  for (auto &each : node) each = graph.addNode();
  std::vector<Graph::Arc> arc(net.m);
  for (int32_t i = 0; i < net.m; i++) arc[i] = graph.addArc(node[net.tail[i]], node[net.head[i]]);
  Graph::ArcMap<Number> lower(graph), upper(graph), cost(graph);
  Graph::NodeMap<Number> supply(graph, 0);
  for (int32_t i = 0; i < net.m; i++) {
    lower[arc[i]] = net.lower[i];
    upper[arc[i]] = net.upper[i];
    cost[arc[i]] = static_cast<Number>(net.cost[i]);
  }
  for (int32_t v = 0; v < net.n; v++) supply[node[v]] = static_cast<Number>(net.supply[v]);
  Algorithm algorithm(graph);
  algorithm.lowerMap(lower).upperMap(upper).costMap(cost).supplyMap(supply);
  rival_result result = {algorithm.run() == Algorithm::OPTIMAL, 0, 0};
  if (result.optimal)
    for (int32_t i = 0; i < net.m; i++) result.cost += net.cost[i] * static_cast<int64_t>(algorithm.flow(arc[i]));
  result.seconds = now() - start;
  return result;
}
} // namespace

extern "C" rival_result rival_solve(const instance *net, rival which, double (*now)(void))
{
  using Long = long long;
  switch (which) {
  case RIVAL_SCALING: return solve<lemon::CostScaling<Graph, Long, Long>, Long>(*net, now);
  case RIVAL_SIMPLEX_INT: return solve<lemon::NetworkSimplex<Graph, int, int>, int>(*net, now);
  default: return solve<lemon::NetworkSimplex<Graph, Long, Long>, Long>(*net, now);
  }
}
